using System.Text;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Faults;

/// <summary>
/// Does to a stored log what somebody might who can write its file, with heads signed and kept elsewhere; the verifier
/// must say that something is wrong and name the position that this program, which did it, expects.
/// </summary>
internal static class Tampering
{
    private const string SkipsFirst = "verifier-skips-the-first";
    private const string ChainOnly = "no-heads-kept";
    private const string Unsigned = "any-key-believed";

    private static readonly string[] Texts = ["type", "actor", "correlation"];
    private static readonly string[] Numbers = ["stream", "version", "happened", "recorded", "causation"];
    private static readonly string[] Blobs = ["body", "hash", "command"];

    public static readonly IReadOnlyList<Experiment> Experiments =
    [
        new(
            "H18",
            "Whatever is changed, taken out, put in, moved, cut off or written anew in a log is found, and where.",
            "tamperings",
            t => Run(t, "")
        )
        {
            Short = new(2, 5),
            Least = [new Least("tampered-heads", 0.01)],
            Controls =
            [
                new(SkipsFirst, t => Run(t, SkipsFirst)),
                new(ChainOnly, t => Run(t, ChainOnly)),
                new(Unsigned, t => Run(t, Unsigned)),
            ],
        },
    ];

    /// <summary>The log that is tampered with, and what vouches for it.</summary>
    private sealed record Original(byte[] File, List<PlainFact> Facts, string Heads, string Public, List<long> Signed)
    {
        public long Last => Facts.Count;
    }

    private static async Task Run(Trial trial, string bug)
    {
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : trial.Folder;
        var folder = Directory.CreateDirectory(Path.Combine(memory, $"lading-audit-{Environment.ProcessId}")).FullName;
        try
        {
            var original = await Make(trial);
            var file = Path.Combine(folder, "log.db");
            trial.Begin();
            for (var done = 0L; trial.GoesOn(done); done++)
            {
                if (done % 50 == 0)
                    Heads(trial, original, bug);
                File.WriteAllBytes(file, original.File);
                var (what, expected) = Tamper(trial.Random, original, file);
                using (var facts = new SqliteRawFacts(file))
                {
                    var known = bug == ChainOnly ? [] : Known(original.Heads, original.Public);
                    var found = AuditVerifier.VerifyAgainst(Ledger.Tenant, facts, known).BadPosition;
                    if (bug == SkipsFirst && found == 1)
                        found = null;
                    trial.Note(
                        new
                        {
                            what,
                            expected,
                            found,
                        }
                    );
                    if (found != expected)
                        trial.Violated($"{what}: expected at {expected}, found at {found?.ToString() ?? "nothing"}");
                }

                trial.Count("tamperings");
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static async Task<Original> Make(Trial trial)
    {
        var folder = trial.NewFolder("log");
        var heads = Path.Combine(trial.Folder, "heads");
        var (secret, open) = SignedHeads.NewKey();
        var signed = new List<long>();
        using var place = new LogPlace(folder);
        await using (var log = await Ledger.Open(place))
            for (var number = 0; number < 60; number++)
            {
                await log.Send(Ledger.Payment(number));
                if (number % 12 != 11)
                    continue;
                if (number == 59)
                    while (log.Reached(Ledger.Policy) < log.Head)
                        await log.WaitPast(log.Head, new CancellationTokenSource(20).Token);
                var head = await log.ReadHead(default);
                SignedHeads.Append(heads, secret, Ledger.Tenant, head, DateTime.UnixEpoch.AddMinutes(number));
                signed.Add(head.Position);
            }

        List<PlainFact> facts;
        using (var reader = new PlainLog(folder, Ledger.Tenant.Value))
            facts = reader.After(0);
        SqliteCopy.Check(Path.Combine(folder, "log.db")); // one file, without a WAL
        return new Original(File.ReadAllBytes(Path.Combine(folder, "log.db")), facts, heads, open, signed);
    }

    private static List<LogHead> Known(string heads, string open) =>
        [.. SignedHeads.Read(heads, open, Ledger.Tenant).Select(h => h.Head)];

    /// <summary>Does one thing to the file; answers what, and the first position at which it must show.</summary>
    private static (string What, long Expected) Tamper(Random random, Original original, string file)
    {
        using var db = SqliteDb.OpenWriter(file, full: false);
        db.Execute("pragma synchronous=off; drop index event_stream");
        var (at, last) = (random.NextInt64(1, original.Last + 1), original.Last);
        switch (random.Next(10))
        {
            case 0 or 1:
                return (Blob(random, db, at), at);
            case 2:
                var column = Numbers[random.Next(Numbers.Length)];
                var by = random.NextInt64(1, 1_000) * (random.Next(2) == 0 ? 1 : -1);
                db.Execute($"update event set {column} = {column} + {by} where position = {at}");
                return ($"{column} of {at} moved by {by}", at);
            case 3:
                var text = Texts[random.Next(Texts.Length)];
                db.Execute($"update event set {text} = coalesce({text}, '') || 'x' where position = {at}");
                return ($"{text} of {at} made longer", at);
            case 4 when at < last:
                db.Execute($"delete from event where position = {at}");
                return ($"{at} deleted", at);
            case 5 when at < last:
                db.Execute($"delete from event where position = {at}");
                db.Execute($"update event set position = -position where position > {at}");
                db.Execute("update event set position = -position - 1 where position < 0");
                return ($"{at} deleted and the rest moved up", at);
            case 6:
                db.Execute($"create temp table one as select * from event where position = {at}");
                db.Execute($"update one set position = {last + 1}");
                db.Execute("insert into event select * from one");
                return ($"{at} appended once more", last + 1);
            case 7 when at < last:
                var other = random.NextInt64(at + 1, last + 1);
                db.Execute($"update event set position = -1 where position = {at}");
                db.Execute($"update event set position = {at} where position = {other}");
                db.Execute($"update event set position = {other} where position = -1");
                return ($"{at} and {other} swapped", at);
            case 8:
                db.Execute($"delete from event where position >= {at}");
                db.Execute("delete from stream where id not in (select stream from event)");
                return ($"cut off from {at}", at);
            default:
                return Rewrite(random, db, original, at);
        }
    }

    private static string Blob(Random random, SqliteDb db, long at)
    {
        var column = Blobs[random.Next(Blobs.Length)];
        var bytes = db.Scalar($"select {column} from event where position = {at}", r => r.Bytes(0))!;
        var index = random.Next(bytes.Length);
        bytes[index] ^= (byte)(1 << random.Next(8));
        db.Prepare($"update event set {column} = ?1 where position = ?2").Bind(1, bytes.AsSpan()).Bind(2, at).Run();
        return $"a bit of {column} of {at} flipped";
    }

    /// <summary>Changes a fact and recomputes the chain behind it: whole in itself, but no head signed behind it
    /// fits.</summary>
    private static (string, long) Rewrite(Random random, SqliteDb db, Original original, long at)
    {
        var previous = at == 1 ? new byte[32] : original.Facts[(int)at - 2].Hash;
        var actor = $"somebody:{random.Next()}";
        db.Execute("begin");
        foreach (var fact in original.Facts.Skip((int)at - 1))
        {
            var changed = fact.Position == at ? fact with { Actor = actor } : fact;
            previous = PlainLog.Hash(previous, Ledger.Tenant.Value, changed);
            db.Prepare("update event set actor = ?1, hash = ?2 where position = ?3")
                .Bind(1, changed.Actor)
                .Bind(2, previous.AsSpan())
                .Bind(3, fact.Position)
                .Run();
        }

        db.Execute("commit");
        return ($"written anew from {at}", original.Signed.First(s => s >= at));
    }

    /// <summary>The file of heads is tampered with too: a line changed, taken out, or signed by another key.</summary>
    private static void Heads(Trial trial, Original original, string bug)
    {
        var lines = File.ReadAllLines(original.Heads);
        var at = trial.Random.Next(lines.Length - 1); // a cut tail of this file is its keeper's to prevent
        var what = trial.Random.Next(3);
        if (what == 0)
        {
            var line = Encoding.ASCII.GetBytes(lines[at]);
            var hash = lines[at].IndexOf(' ', 40) + 1 + trial.Random.Next(64);
            line[hash] = line[hash] == (byte)'0' ? (byte)'1' : (byte)'0';
            lines[at] = Encoding.ASCII.GetString(line);
        }
        else if (what == 1)
            lines = [.. lines[..at], .. lines[(at + 1)..]];

        var file = Path.Combine(trial.Folder, "tampered-heads");
        File.WriteAllLines(file, lines);
        var key = what == 2 && bug != Unsigned ? SignedHeads.NewKey().Public : original.Public;
        try
        {
            Known(file, key);
            trial.Violated($"heads tampered with ({what}, line {at + 1}) were taken for good");
        }
        catch (HeadsFault fault)
        {
            trial.Note(
                new
                {
                    heads = what,
                    line = at + 1,
                    fault.Message,
                }
            );
            trial.Count("tampered-heads");
        }
    }
}
