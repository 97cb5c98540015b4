using Lading.Platform.Tenancy;
using Lading.Server.Demo;

namespace Lading.Server.Admin;

/// <summary>What <c>up</c> makes of an empty data folder: the demo company, or one empty tenant for real use.</summary>
public static class FirstStart
{
    /// <summary>The tenant the local administrator works in: the first there is, made when there is none.</summary>
    public static async Task<Tenant> Prepare(LadingHost host, ServerOptions options)
    {
        var there = host.Tenants.Tenants.FirstOrDefault();
        if (there is null ? !options.Empty : there.Demo)
            return await DemoCompany.Seed(host); // a seeding that was cut short goes on where it stopped
        var tenant = there ?? host.Tenants.Create(NewTenant.First, "Main")!;
        using var held = await host.Tenants.Hold(tenant.Id);
        if (held.Log.Head == 0)
            await NewTenant.Furnish(held.Log, tenant.Name);
        return tenant;
    }
}
