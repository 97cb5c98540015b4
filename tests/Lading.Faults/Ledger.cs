using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Faults;

public sealed record Paid(long Amount);

public sealed record Noted(long Position, int Facts);

public sealed record Account(long Balance);

public sealed record Notes(long Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Paid))]
[JsonSerializable(typeof(Noted))]
[JsonSerializable(typeof(Account))]
internal sealed partial class LedgerJson : JsonSerializerContext;

/// <summary>What the writer does: payments between accounts, a policy that notes each, an inline balance, a followed
/// journal.</summary>
internal static class Ledger
{
    public const int Accounts = 40;
    public const string Policy = "faults.note-payments";
    public const string Journal = "faults-journal";
    public static readonly TenantId Tenant = new(Guid.Parse("0198c7a2-0000-7000-8000-00000000fa17"));
    private static readonly StreamName NoteStream = StreamName.Of("notes", "all");
    private static readonly Column AccountKey = Column.Text("account");
    private static readonly Column Balance = Column.Integer("balance");
    private static readonly Table Balances = new("faults_balances", [AccountKey], [Balance]);
    private static readonly Column Position = Column.Integer("position");
    private static readonly Column Amount = Column.Integer("amount");
    private static readonly Table JournalRows = new("faults_journal", [Position], [Amount]);

    public static LogModel Model()
    {
        var model = new LogModel();
        model.Events.Add("faults.paid.v1", LedgerJson.Default.Paid).Add("faults.noted.v1", LedgerJson.Default.Noted);
        model.Add(
            new StreamKind<Account>(
                "account",
                _ => new Account(0),
                (s, e) => new Account(s.Balance + ((Paid)e).Amount),
                LedgerJson.Default.Account,
                50
            )
        );
        model.Add(new StreamKind<Notes>("notes", _ => new Notes(0), (s, _) => new Notes(s.Count + 1)));
        model.Add(
            Projection.Of(
                "faults-balances",
                1,
                ProjectionMode.Inline,
                [Balances],
                [typeof(Paid)],
                (f, rows) => rows.Row(Balances, f.Stream.Key).Add(Balance, ((Paid)f.Fact).Amount)
            )
        );
        model.Add(
            Projection.Of(
                Journal,
                1,
                ProjectionMode.Follower,
                [JournalRows],
                [typeof(Paid)],
                (f, rows) => rows.Row(JournalRows, f.Position).Add(Amount, ((Paid)f.Fact).Amount)
            )
        );
        model.Add(
            Lading.Log.Policy.On(
                Policy,
                [typeof(Paid)],
                g => new Reaction(
                    [NoteStream],
                    on =>
                    {
                        on.Append(NoteStream, new Noted(g.Position, g.Facts.Count));
                        return null;
                    }
                )
            )
        );
        return model;
    }

    /// <param name="store">The store to write through; null: the place's own.</param>
    /// <param name="react">Whether payments are noted: nothing else is written that nobody asked for.</param>
    public static ValueTask<TenantLog> Open(LogPlace place, ILogStore? store = null, bool react = true) =>
        TenantLog.Open(
            new TenantLogParts(
                Tenant,
                Model(),
                store ?? place.Store(),
                place.Followers(),
                new NoCipher(),
                TimeProvider.System,
                new CommitterOptions()
            )
            {
                React = react,
                Poll = place.IsPostgres ? TimeSpan.FromMilliseconds(50) : null,
            }
        );

    public static CommandId IdOf(int number) => CommandId.From("payment", $"{number}");

    public static int FactsOf(int number) => 2 + (number % 3);

    /// <summary>Payment number n: always the same.</summary>
    public static Command Payment(int number)
    {
        var streams = Enumerable
            .Range(0, FactsOf(number))
            .Select(i => StreamName.Of("account", $"{(number * 7 + i) % Accounts}"))
            .ToArray();
        return new Command
        {
            Id = IdOf(number),
            Fingerprint = number,
            Actor = $"payer:{number}",
            Streams = streams,
            Decide = on =>
            {
                for (var i = 0; i < streams.Length; i++)
                    on.Append(streams[i], new Paid(i == 0 ? 1 - streams.Length : 1));
                return null;
            },
        };
    }

    private sealed class NoCipher : IPersonalCipher
    {
        public byte[] Seal(string subject, string place, string text) => throw new NotSupportedException();

        public string? Open(string subject, string place, byte[] sealedBytes) => null;
    }
}
