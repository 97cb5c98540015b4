using System.Text;
using Lading.Kernel;

namespace Lading.Modules.Tests;

/// <summary>
/// Given(events).When(decision).Then(events | refusal), for one stream of one kind. Beside what is asked it
/// checks that a decision leaves the state as it was, and that every fact it answers can be folded.
/// </summary>
public sealed class Spec<TState>(StreamKind<TState> kind, string key)
    where TState : class
{
    private readonly List<object> given = [];

    /// <summary>What happened before.</summary>
    public Spec<TState> Given(params object[] events)
    {
        given.AddRange(events);
        return this;
    }

    /// <summary>The state after what happened.</summary>
    public TState State() => (TState)given.Aggregate(kind.Initial(key), kind.Evolve);

    /// <summary>What is asked now.</summary>
    public Outcome When(Func<TState, Decision> decide)
    {
        var state = State();
        var before = Text(state);
        var decision = decide(state);
        Text(state).ShouldBe(before, "a decision must not change the state");
        return new Outcome(this, decision);
    }

    private string Text(TState state) =>
        kind.SnapshotEvery == 0 ? state.ToString()! : Encoding.UTF8.GetString(kind.WriteSnapshot(state));

    /// <summary>What the decision answered.</summary>
    public sealed class Outcome(Spec<TState> spec, Decision decision)
    {
        /// <summary>Exactly these facts, in this order.</summary>
        public void Then(params object[] events)
        {
            decision.Refusal.ShouldBeNull();
            decision.Events.Select(e => e.GetType()).ShouldBe(events.Select(e => e.GetType()));
            for (var i = 0; i < events.Length; i++)
                Fact.Text(decision.Events[i]).ShouldBe(Fact.Text(events[i]));
            spec.Given([.. decision.Events]).State();
        }

        /// <summary>Accepted, and nothing changes.</summary>
        public void ThenNothing() => Then();

        /// <summary>This refusal, and no facts.</summary>
        public Refusal ThenRefused(string code)
        {
            decision.Refusal.ShouldNotBeNull();
            decision.Refusal.Code.ShouldBe(code);
            decision.Events.ShouldBeEmpty();
            return decision.Refusal;
        }
    }
}
