using Lading.Platform.Tenancy;

namespace Lading.Server.Admin;

/// <summary>What <c>up</c> makes of an empty data folder: the demo company, or one empty tenant for real use.</summary>
public static class FirstStart
{
    /// <summary>The slug of the demo company.</summary>
    public const string Demo = "demo";

    /// <summary>The tenant the local administrator works in: the first there is, made when there is none.</summary>
    public static async Task<Tenant> Prepare(LadingHost host, ServerOptions options)
    {
        if (host.Tenants.Tenants.FirstOrDefault() is { } there)
        {
            // A start that was cut short before the first venture was opened is finished now.
            var log = await host.Tenants.Log(there.Id);
            if (log.Head == 0)
                await Furnish(host, there, options);
            return there;
        }

        var demo = !options.Empty;
        var tenant = demo
            ? host.Tenants.Create(Demo, "Demo company", demo: true)
            : host.Tenants.Create(NewTenant.First, "Main");
        await Furnish(host, tenant!, options);
        return tenant!;
    }

    private static async Task Furnish(LadingHost host, Tenant tenant, ServerOptions options)
    {
        await NewTenant.Furnish(await host.Tenants.Log(tenant.Id), tenant.Name);
    }
}
