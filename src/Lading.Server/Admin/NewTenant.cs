using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Tenancy;

namespace Lading.Server.Admin;

/// <summary>A new tenant starts with one venture and one site, so that its first order can be placed at
/// once.</summary>
public static class NewTenant
{
    /// <summary>The code of the first venture and of its first site.</summary>
    public const string First = "main";

    private const string Actor = "host:new-tenant";

    /// <summary>Makes the tenant, or answers null when its slug is taken. One whose making was cut short before its
    /// first fact is made to the end when it is asked for again.</summary>
    public static async Task<Tenant?> Create(LadingHost host, string slug, string name, Settings? settings = null)
    {
        var tenant = host.Tenants.Create(slug, name) ?? host.Tenants.Tenants.FirstOrDefault(t => t.Slug == slug);
        if (tenant is null || tenant.Demo || tenant.Name != name)
            return null;
        using var held = await host.Tenants.Hold(tenant.Id);
        return held.Log.Head == 0 && await Furnish(held.Log, name, settings) ? tenant : null;
    }

    /// <summary>Opens the first venture and site, the site in the company's zone; done before, it does nothing and
    /// answers false.</summary>
    public static async Task<bool> Furnish(TenantLog log, string name, Settings? settings = null)
    {
        settings ??= Settings.Default;
        var (venture, site) = (StreamName.Of("venture", First), StreamName.Of("site", First));
        var answer = await log.Send(
            new Command
            {
                Id = CommandId.From(Actor, First),
                Fingerprint = 0,
                Actor = Actor,
                Streams = [Settings.Stream, venture, site],
                Decide = on =>
                {
                    if (on.Version(venture) > 0)
                        return null;
                    on.Append(Settings.Stream, Settings.Decide(on.State<Settings>(Settings.Stream), settings));
                    on.Append(venture, new VentureOpened(First, name));
                    on.Append(site, new SiteOpened(First, First, name, settings.TimeZone));
                    return null;
                },
            }
        );
        if (!answer.Accepted)
            throw new StoreFault($"The first venture could not be opened: {answer.Refusal!.Message}");
        return !answer.Replayed;
    }
}
