using System.Text;

namespace Lading.Http.Tests;

/// <summary>What comes true by itself, without anybody asking for it.</summary>
internal static class Eventually
{
    /// <summary>Waits until it is so, or fails with what is the matter otherwise.</summary>
    public static Task Until(Func<bool> done, string otherwise) => Until(() => Task.FromResult(done()), otherwise);

    /// <inheritdoc cref="Until(Func{bool}, string)" />
    public static async Task Until(Func<Task<bool>> done, string otherwise)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await done())
        {
            patience.IsCancellationRequested.ShouldBeFalse(otherwise);
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>How many promises of a company lapsed, as it is stored: asking opens nothing.</summary>
    public static int Lapsed(this House house, Company company)
    {
        var count = 0;
        using var facts = house.Host.Raw(company.Tenant, "log")!;
        facts.Visit(
            (in fact) =>
            {
                if (Encoding.UTF8.GetString(fact.Type) == "inventory.reservation-expired.v1")
                    count++;
                return true;
            }
        );
        return count;
    }
}
