using System.Net;
using Lading.Platform.SignIn;
using Lading.Simulators;

namespace Lading.Http.Tests.SignIn;

/// <summary>A provider that the installation trusts, and the ways of a browser to it and back.</summary>
public abstract class AtProvider(SignInHouse house) : IAsyncLifetime
{
    private readonly HttpClient away = new(new HttpClientHandler { AllowAutoRedirect = false });

    protected SignInHouse House { get; } = house;

    protected OpenIdProvider Provider { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = await OpenIdProvider.Start(House.Clock);
        Provider.Registered = uri => uri.ToString() == $"{House.Address}/api/v1/session/external/sim/callback";
        Provider.Person = Guid.CreateVersion7().ToString();
        Trust(Provider.Issuer);
    }

    public async ValueTask DisposeAsync()
    {
        away.Dispose();
        await Provider.DisposeAsync();
    }

    protected void Trust(string issuer)
    {
        House.Clock.Advance(Throttle.Window * 2);
        House.Host.Accounts.External.Put(
            new ExternalProvider("sim", "Simulator", issuer, Provider.Client.Id, Provider.Client.Secret)
        );
    }

    protected async Task<Browser> Linked()
    {
        var (_, browser, _) = await House.NewOwner();
        var answer = await Link(browser);
        (answer.Status, answer.Headers.Location?.ToString()).ShouldBe(
            (HttpStatusCode.Redirect, "/account"),
            answer.Text
        );
        return browser;
    }

    protected async Task<Reply> Link(Browser browser)
    {
        var begun = await browser.Post("/me/logins/sim");
        return await browser.Open(await Leave(new Uri((string)begun.Json["address"]!)));
    }

    protected async Task<Reply> SignIn(Browser browser) => await browser.Open(await Begin(browser));

    protected static Task<Reply> Start(Browser browser) => browser.Open("/api/v1/session/external/sim/start");

    protected async Task<string> Begin(Browser browser) => await Leave((await Start(browser)).Headers.Location!);

    /// <summary>The way to the provider and back to us.</summary>
    protected async Task<string> Leave(Uri address)
    {
        using var answer = await away.GetAsync(address, TestContext.Current.CancellationToken);
        return answer.Headers.Location!.PathAndQuery;
    }

    protected static string Code(string back) =>
        System.Web.HttpUtility.ParseQueryString(back[back.IndexOf('?')..])["code"]!;
}
