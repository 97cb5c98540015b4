using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Platform.Access;
using Lading.Platform.Operations;
using Lading.Platform.Places;

namespace Lading.Modules.Tests.Platform;

/// <summary>Ventures, sites, the company's settings, and what was left out.</summary>
public sealed class PlaceSpec
{
    private static readonly SiteOpened North = new("north", "main", "North", "Europe/London");
    private static readonly Venture Main = new(true, "Main");

    private static Spec<Venture> AVenture => new(Venture.Kind, "main");

    private static Spec<Site> ASite => new(Site.Kind, "north");

    private static Spec<LeftOut> Orders => new(LeftOut.Kind, "orders");

    [Fact]
    public void A_venture_is_opened_once()
    {
        AVenture.When(v => Venture.Open(v, "main", "Main")).Then(new VentureOpened("main", "Main"));
        AVenture
            .Given(new VentureOpened("main", "Main"))
            .When(v => Venture.Open(v, "main", "Another"))
            .ThenRefused("platform.venture-exists");
    }

    [Fact]
    public void A_venture_is_renamed_and_the_same_name_again_changes_nothing()
    {
        AVenture.When(v => Venture.Rename(v, "main", "Main")).ThenRefused("platform.unknown-venture");
        var opened = AVenture.Given(new VentureOpened("main", "Main"));
        opened.When(v => Venture.Rename(v, "main", "Main")).ThenNothing();
        opened.When(v => Venture.Rename(v, "main", "Harbour")).Then(new VentureRenamed("main", "Harbour"));
        opened.When(v => Venture.Rename(v, "main", "Harbour")).ThenNothing();
    }

    [Fact]
    public void A_site_is_opened_once_and_under_a_venture_that_is_there()
    {
        var refused = ASite
            .When(s => Site.Open(s, new Venture(false, ""), North))
            .ThenRefused("platform.unknown-venture");
        (refused.Field, refused.Kind).ShouldBe(("venture", RefusalKind.Invalid));
        ASite.When(s => Site.Open(s, Main, North)).Then(North);
        ASite.Given(North).When(s => Site.Open(s, Main, North)).ThenRefused("platform.site-exists");
    }

    [Fact]
    public void A_site_changes_its_name_and_zone_and_stays_where_it_is()
    {
        var change = new SiteChanged("north", "North quay", "Europe/Paris");
        ASite.When(s => Site.Change(s, change)).ThenRefused("platform.unknown-site");
        var opened = ASite.Given(North);
        opened.When(s => Site.Change(s, change)).Then(change);
        opened.When(s => Site.Change(s, change)).ThenNothing();
        opened.State().ShouldBe(new Site(true, "main", "North quay", "Europe/Paris"));
    }

    [Fact]
    public void Settings_change_only_when_they_differ()
    {
        var settings = new Spec<Settings>(Settings.Kind, "company");
        var wanted = new Settings("Europe/London", "GBP", "imperial");
        settings.When(s => Settings.Decide(s, Settings.Default)).ThenNothing();
        settings.When(s => Settings.Decide(s, wanted)).Then(new SettingsChanged("Europe/London", "GBP", "imperial"));
        settings.When(s => Settings.Decide(s, wanted)).ThenNothing();
    }

    [Fact]
    public void A_fact_is_left_out_once_and_mending_names_all_that_was_left_out()
    {
        Orders.When(l => LeftOut.Mend(l, "orders", "rebuilt")).ThenRefused("projections.nothing-left-out");
        var skipped = Orders.Given(
            new ProjectionSkipped("orders", 9, "unreadable"),
            new ProjectionSkipped("orders", 7, "unreadable")
        );
        skipped.When(l => LeftOut.Skip(l, "orders", 9, "again")).ThenNothing();
        skipped.When(l => LeftOut.Skip(l, "orders", 12, "also")).Then(new ProjectionSkipped("orders", 12, "also"));
        skipped
            .When(l => LeftOut.Mend(l, "orders", "rebuilt"))
            .Then(new ProjectionMended("orders", [7, 9, 12], "rebuilt"));
        skipped.When(l => LeftOut.Mend(l, "orders", "twice")).ThenRefused("projections.nothing-left-out");
    }
}
