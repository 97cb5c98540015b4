using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class DecisionTests
{
    private static readonly Refusal Full = new("yard.full", RefusalKind.Conflict, "The yard is full.");

    [Fact]
    public void Accepting_carries_the_facts_in_order()
    {
        var decision = Decision.Accept(new PalletWeighed("P1"), new PalletWeighed("P2"));
        decision.IsRefused.ShouldBeFalse();
        decision.Events.ShouldBe([new PalletWeighed("P1"), new PalletWeighed("P2")]);
    }

    [Fact]
    public void Refusing_carries_no_facts()
    {
        Decision decision = Full;
        decision.IsRefused.ShouldBeTrue();
        decision.Refusal.ShouldBe(Full);
        decision.Events.ShouldBeEmpty();
    }

    [Fact]
    public void No_facts_are_an_acceptance_that_changes_nothing()
    {
        Decision.Accept().ShouldBe(default);
        default(Decision).IsRefused.ShouldBeFalse();
        default(Decision).Events.ShouldBeEmpty();
    }

    [Fact]
    public void Decisions_compare_by_what_they_say()
    {
        var one = Decision.Accept(new PalletWeighed("P1"));
        one.ShouldBe(Decision.Accept(new List<object> { new PalletWeighed("P1") }));
        one.GetHashCode().ShouldBe(Decision.Accept(new PalletWeighed("P1")).GetHashCode());
        (one == Decision.Accept(new PalletWeighed("P2"))).ShouldBeFalse();
        (one != Decision.Refuse(Full)).ShouldBeTrue();
        Decision.Refuse(Full).ShouldBe(Full with { });
    }
}
