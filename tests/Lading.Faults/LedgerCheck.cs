using System.Text.Json;

namespace Lading.Faults;

/// <summary>
/// Says what the ledger's tables must hold, from what was acknowledged and from the rule by which payment number n is
/// made; reads them with plain SQL. Each call reads on from where the last one ended; a new one reads from the start.
/// </summary>
internal sealed class LedgerCheck(string where)
{
    private static readonly Guid Tenant = Ledger.Tenant.Value;
    private readonly Dictionary<int, Payment> payments = [];
    private readonly Dictionary<long, long> versions = [];
    private readonly Dictionary<string, long> balances = new(StringComparer.Ordinal);
    private readonly List<(long Last, int Facts)> inOrder = [];
    private readonly HashSet<int> passed = [];
    private byte[] hash = new byte[32];
    private long position;
    private int notes;

    /// <summary>Payments seen in the log.</summary>
    public int Payments => payments.Count;

    private sealed class Payment(string command)
    {
        public string Command => command;

        public List<(long Position, string Stream, long Amount)> Facts { get; } = [];
    }

    /// <summary>
    /// Reads on and compares. An acknowledgement is a payment's number with its last position, or 0 where the position
    /// was not told.
    /// </summary>
    public void ReadOn(IReadOnlyDictionary<int, long> acknowledged, Action<string> wrong)
    {
        using var log = new PlainLog(where, Tenant);
        foreach (var fact in log.After(position))
            See(fact, wrong);
        foreach (var (number, payment) in payments)
            if (!passed.Contains(number))
                Whole(number, payment, wrong);
        foreach (var (number, at) in acknowledged)
            if (!payments.TryGetValue(number, out var there))
                wrong($"payment {number}, acknowledged at {at}, is not there; the log ends at {position}");
            else if (at != 0 && there.Facts[^1].Position != at)
                wrong($"payment {number}, acknowledged at {at}, ends at {there.Facts[^1].Position}");
        passed.UnionWith(payments.Keys);
        Balances(log, wrong);
    }

    private void See(PlainFact fact, Action<string> wrong)
    {
        if (fact.Position != position + 1)
            wrong($"position {fact.Position} follows {position}");
        var follows = PlainLog.Hash(hash, Tenant, fact);
        if (!fact.Hash.AsSpan().SequenceEqual(follows))
            wrong($"the hash at {fact.Position} does not follow from the fact before it");
        if (fact.Version != versions.GetValueOrDefault(fact.StreamId) + 1)
            wrong($"stream {fact.Stream} has version {fact.Version} at {fact.Position}, a step too far");
        versions[fact.StreamId] = fact.Version;
        (position, hash) = (fact.Position, fact.Hash);
        var body = JsonDocument.Parse(fact.Body).RootElement;
        if (fact.Type == "faults.noted.v1")
            Noted(body, fact.Position, wrong);
        else
            Paid(fact, body.GetProperty("amount").GetInt64(), wrong);
    }

    private void Paid(PlainFact fact, long amount, Action<string> wrong)
    {
        var number = int.Parse(fact.Actor["payer:".Length..]);
        var command = Convert.ToHexString(fact.Command);
        if (!payments.TryGetValue(number, out var payment))
            payments.Add(number, payment = new Payment(command));
        else if (payment.Facts[^1].Position != fact.Position - 1 || payment.Command != command)
            wrong($"payment {number} stands twice: at {payment.Facts[0].Position} and at {fact.Position}");
        payment.Facts.Add((fact.Position, fact.Stream, amount));
        balances[fact.Stream] = balances.GetValueOrDefault(fact.Stream) + amount;
        if (payment.Facts.Count == Ledger.FactsOf(number))
            inOrder.Add((fact.Position, payment.Facts.Count));
    }

    /// <summary>The policy notes every payment once, in their order.</summary>
    private void Noted(JsonElement body, long at, Action<string> wrong)
    {
        var note = (body.GetProperty("position").GetInt64(), body.GetProperty("facts").GetInt32());
        if (notes >= inOrder.Count || inOrder[notes] != note)
            wrong($"the note at {at} is not of the payment that comes next");
        notes++;
    }

    /// <summary>A batch is whole or not there: a payment has all its facts, as its number says.</summary>
    private static void Whole(int number, Payment payment, Action<string> wrong)
    {
        var count = Ledger.FactsOf(number);
        var good = payment.Facts.Count == count;
        for (var i = 0; good && i < count; i++)
            good =
                payment.Facts[i].Stream == $"account/{((number * 7) + i) % Ledger.Accounts}"
                && payment.Facts[i].Amount == (i == 0 ? 1 - count : 1);
        if (!good)
            wrong($"payment {number} at {payment.Facts[0].Position} has {payment.Facts.Count} of {count} facts as due");
    }

    private void Balances(PlainLog log, Action<string> wrong)
    {
        var table = PlainLog.IsPostgres(where) ? "read_faults_balances__v1.faults_balances" : "faults_balances";
        if (position == 0)
            return;
        var stored = log.Pairs($"select account, balance from {table}");
        var expected = balances.Select(b => (b.Key.Split('/')[^1], b.Value));
        if (!stored.Order().SequenceEqual(expected.Order()))
            wrong($"the balances are not those of the log up to {position}");
    }
}
