using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Microsoft.AspNetCore.Http;

namespace Lading.Platform.Http;

/// <summary>Asks again whether the caller of a request that runs on may still be here.</summary>
public sealed record DoorKeeper(Func<HttpContext, ValueTask<Refusal?>> Again);

/// <summary>The one place where a caller's rights meet a route's permission.</summary>
public static class Door
{
    /// <summary>Lets the caller in and sets the request's <see cref="Caller"/>, or says why not. Ladder: permission,
    /// hours and second factor, the whole company, customers' own records.</summary>
    public static Refusal? Open(
        HttpContext http,
        string permission,
        TenantId tenant,
        TenantLog log,
        Identity who,
        Rights rights,
        DateTime now
    )
    {
        if (Check(permission, who, rights, now, out var allowed, out var reach) is { } refusal)
            return refusal;
        if (!reach!.IsWhole && http.GetEndpoint()?.Metadata.GetMetadata<WholeCompany>() is not null)
            return AccessRefusals.Narrowed(permission);
        if (
            reach.IsOfCustomers
            && permission != Permissions.Self
            && http.GetEndpoint()?.Metadata.GetMetadata<OwnRecords>() is null
        )
            return AccessRefusals.NotOwnRecords(permission);
        http.Features.Set(new Caller(tenant, log, who, rights, reach, allowed!));
        return null;
    }

    /// <summary>The check alone. Warm and let in, it allocates nothing.</summary>
    public static Refusal? Check(
        string permission,
        Identity who,
        Rights rights,
        DateTime now,
        out Allowed? allowed,
        out Reach? reach
    )
    {
        reach = null;
        allowed = rights.Find(permission);
        if (allowed is null)
            return AccessRefusals.Missing(permission);
        reach = allowed.At(now, who.SecondFactorAt, out var why);
        return reach is not null ? null
            : why == Bound.StepUp ? AccessRefusals.StepUpNeeded(permission)
            : AccessRefusals.OutsideHours(permission);
    }
}
