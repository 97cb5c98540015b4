using Lading.Kernel;
using Lading.Platform.Audit;
using Lading.Platform.Tenancy;

namespace Lading.Platform.SignIn;

/// <summary>What signing in tells the companies' audit logs. Ids alone: nothing that somebody typed gets
/// there.</summary>
/// <param name="companiesOf">The companies an account belongs to.</param>
public sealed class AuditNotes(Func<string, IReadOnlyList<Tenant>> companiesOf)
{
    /// <summary>Who counts them and writes them down.</summary>
    public Action<TenantId, object>? Taken { get; set; }

    /// <summary>Somebody came in to a company.</summary>
    public void SignedIn(TenantId tenant, string actor, string how) =>
        Taken?.Invoke(tenant, new Audit.SignIn(actor, how, null));

    /// <summary>An account was tried and refused: all its companies are told. They are looked up for nobody too: the
    /// time it takes would tell who is somebody.</summary>
    /// <returns>The refusal.</returns>
    public Refusal Refused(string? account, string how, Refusal refusal)
    {
        foreach (var company in companiesOf(account ?? ""))
            Refused(company.Id, $"person:{account}", how, refusal);
        return refusal;
    }

    /// <summary>Somebody was refused who tried to get in to this company.</summary>
    public void Refused(TenantId tenant, string actor, string how, Refusal refusal) =>
        Taken?.Invoke(tenant, new Audit.SignIn(actor, how, refusal.Code));

    /// <summary>A person did something to their own account: all its companies are told.</summary>
    public void Changed(string account, string what, string? subject = null, int times = 1)
    {
        if (times == 0)
            return;
        foreach (var company in companiesOf(account))
            Taken?.Invoke(company.Id, new Done($"person:{account}", what, subject, times));
    }

    /// <summary>Something was done in one company.</summary>
    public void Did(TenantId tenant, string actor, string what, string? subject = null) =>
        Taken?.Invoke(tenant, new Done(actor, what, subject, 1));
}
