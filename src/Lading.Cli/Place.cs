using System.CommandLine;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;
using Lading.Server.Admin;

namespace Lading.Cli;

/// <summary>
/// Where a command works. With --url it talks to that server; with a data folder on which a server runs, to that one;
/// else it opens the folder
/// itself and serves it to itself on a loopback port nobody else knows a key for. So every command has one path: the
/// API's.
/// </summary>
internal sealed class Place : IAsyncDisposable
{
    private readonly LadingHost? host;
    private readonly WebServer? own;

    private Place(Api api, LadingHost? host = null, WebServer? own = null) =>
        (Api, this.host, this.own) = (api, host, own);

    /// <summary>The API, as the tenant that was named.</summary>
    public Api Api { get; }

    /// <summary>Whether this command opened the files itself.</summary>
    public bool IsOwn => host is not null;

    /// <summary>Opens the place.</summary>
    /// <param name="work">Whether followers and policies run when the folder is opened here.</param>
    /// <param name="make">Whether a data folder that is not there is made.</param>
    public static async Task<Place> Open(
        ParseResult parsed,
        bool work = false,
        bool make = false,
        bool tenantNeeded = true
    )
    {
        var settings = new Settings(parsed);
        var tenant = settings.Text(Shared.Tenant);
        if (settings.Text(Shared.Url) is { } url)
        {
            var key = settings.Text(Shared.Key) ?? throw CommandFailed.Usage("--url needs --key (or LADING_KEY).");
            return new Place(new Api(url, key, tenant));
        }

        var postgres = settings.Text(Shared.Postgres);
        if (postgres is null && DataFolder.IsHeld(settings.Data))
            return new Place(await Running(settings.Data, tenant, tenantNeeded));
        if (postgres is null && !make && !File.Exists(Path.Combine(settings.Data, "system.db")))
            throw new DataFolderFault(
                $"There is no Lading in {Path.GetFullPath(settings.Data)}. Name its folder with --data, or start one: "
                    + $"lading up."
            );
        return await OpenHere(
            new HostOptions
            {
                Data = settings.Data,
                Postgres = postgres,
                Follow = work,
                React = work,
            },
            tenant,
            tenantNeeded
        );
    }

    private static async Task<Place> OpenHere(HostOptions options, string? tenant, bool tenantNeeded)
    {
        var host = LadingHost.Open(options);
        WebServer? web = null;
        try
        {
            var known = host.Tenants.Tenants;
            var chosen = Choose([.. known.Select(t => t.Slug)], tenant, tenantNeeded);
            var id = known.FirstOrDefault(t => t.Slug == chosen)?.Id ?? default;
            web = await WebServer.Start(host, "http://127.0.0.1:0");
            return new Place(new Api(web.Address, HostAccess.Issue(host, id).Secret, null), host, web);
        }
        catch
        {
            if (web is not null)
                await web.DisposeAsync();
            await host.DisposeAsync();
            throw;
        }
    }

    private static async Task<Api> Running(string data, string? tenant, bool tenantNeeded)
    {
        var (url, key) = (DataFolder.AddressFile(data), DataFolder.AdminKeyFile(data));
        if (!File.Exists(url) || !File.Exists(key))
            throw new DataFolderFault(
                $"Another command works on {Path.GetFullPath(data)}. Wait for it to end, then " + $"try again."
            );
        var address = (await File.ReadAllTextAsync(url)).Trim();
        var secret = (await File.ReadAllTextAsync(key)).Trim();
        using var asking = new Api(address, secret, null);
        var slugs = (await asking.Get("/api/v1/tenants")).Items().Select(t => t.Text("slug")!).ToArray();
        return new Api(address, secret, Choose(slugs, tenant, tenantNeeded));
    }

    /// <summary>The tenant meant: the one named, else the only one.</summary>
    public static string? Choose(string[] slugs, string? named, bool needed)
    {
        if (!needed)
            return null;
        if (named is null)
            return slugs.Length switch
            {
                1 => slugs[0],
                0 => throw CommandFailed.Usage("There is no tenant yet. Make one: lading tenant create SLUG."),
                _ => throw CommandFailed.Usage($"Which tenant? Say --tenant with one of {string.Join(", ", slugs)}."),
            };
        return slugs.Contains(named)
            ? named
            : throw CommandFailed.Usage($"There is no tenant {named}; there are {string.Join(", ", slugs)}.");
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (own is not null)
            await own.DisposeAsync();
        if (host is not null)
            await host.DisposeAsync();
    }
}
