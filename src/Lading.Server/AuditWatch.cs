using System.Collections.Concurrent;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Audit;
using Lading.Platform.Tenancy;
using Place = (string Tenant, string Log);

namespace Lading.Server;

/// <summary>What the last verification of one log found.</summary>
public sealed record AuditFinding(string Tenant, string Log, DateTime At, AuditReport Report);

/// <summary>What could not be done for a tenant the last time it was tried, and why.</summary>
/// <param name="Log"><c>log</c> or <c>audit</c>, which could not be verified or whose head could not be signed;
/// <c>counts</c>: what was counted could not be told to the audit log.</param>
public sealed record AuditTrouble(string Tenant, string Log, string Why);

/// <summary>
/// Verifies both chains of every tenant on schedule against all heads that were signed before, and signs where they end
/// now, in a folder of its own: what was cut off or written anew since shows against them. Each log is for itself:
/// where one cannot be verified the others are, and it is tried again every minute.
/// </summary>
public sealed class AuditWatch(LadingHost host, string folder, TimeSpan every) : IAsyncDisposable
{
    private const string Counts = "counts";
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Place, AuditFinding> findings = [];
    private readonly ConcurrentDictionary<Place, string> troubles = [];

    /// <summary>The newest head that this process saw in each file: who empties the file does not empty this.</summary>
    private readonly ConcurrentDictionary<Place, SignedHead> newest = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Lock keyGate = new();
    private readonly SemaphoreSlim one = new(1);
    private Task running = Task.CompletedTask;
    private (string Private, string Public)? key;
    private int ended;

    /// <summary>Counts for the audit logs.</summary>
    public AuditCounter Counter { get; } = new(host);

    /// <summary>What was found last, by tenant and log.</summary>
    public IEnumerable<AuditFinding> Findings => findings.Values;

    /// <summary>What could not be done, until it could.</summary>
    public IEnumerable<AuditTrouble> Troubles =>
        troubles.Select(t => new AuditTrouble(t.Key.Tenant, t.Key.Log, t.Value));

    /// <summary>The file of one log's signed heads.</summary>
    public string FileOf(string tenant, string log) => Path.Combine(folder, $"{tenant}.{log}.txt");

    /// <summary>Makes the folder and the key, before anything is served.</summary>
    /// <exception cref="DataFolderFault">It cannot be written, or the key in it is none.</exception>
    public void Prepare()
    {
        try
        {
            Key();
            var probe = Path.Combine(folder, $"probe.{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderFault(
                $"Signed heads cannot be kept in {Path.GetFullPath(folder)}: {fault.Message} Give its owner write "
                    + "permission, or name another folder with --heads.",
                fault
            );
        }
        catch (HeadsFault fault)
        {
            throw new DataFolderFault(
                $"{KeyFile} cannot be used: {fault.Message} Restore it from its copy; or move the whole folder away, "
                    + "and heads are signed anew with a new key.",
                fault
            );
        }
    }

    /// <summary>Starts both loops: neither waits for the other.</summary>
    public AuditWatch Start()
    {
        running = Task.WhenAll(Task.Run(Flushing), Task.Run(Verifying));
        return this;
    }

    /// <summary>Verifies every tenant's two logs once and signs their heads; or only those that were in
    /// trouble.</summary>
    public async Task Verify(bool all = true)
    {
        await one.WaitAsync(stop.Token);
        try
        {
            await VerifyEach(all);
        }
        finally
        {
            one.Release();
        }
    }

    private async Task VerifyEach(bool all)
    {
        IReadOnlyList<Tenant> tenants = [];
        if (!Try("", "log", () => tenants = host.Tenants.Tenants))
            return;
        Forget(tenants);
        foreach (var tenant in tenants)
        {
            stop.Token.ThrowIfCancellationRequested();
            await Task.Factory.StartNew(
                () =>
                {
                    foreach (var log in (string[])["log", "audit"])
                        if (all || troubles.ContainsKey((tenant.Slug, log)))
                            Try(tenant.Slug, log, () => Verify(tenant, log));
                },
                stop.Token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
        }
    }

    /// <summary>Tells the audit logs what was counted.</summary>
    public async Task Flush(bool all)
    {
        var faults = await Counter.Flush(all);
        foreach (var (tenant, why) in faults)
            Trouble((tenant, Counts), why);
        foreach (var at in troubles.Keys.Where(t => t.Log == Counts && !faults.ContainsKey(t.Tenant)))
            troubles.TryRemove(at, out _);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref ended, 1) == 1)
            return;
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        try
        {
            await Flush(all: true);
        }
        catch (StoreFault fault)
        {
            Trouble(("", Counts), fault.Message);
        }

        stop.Dispose();
    }

    /// <summary>The chain is verified also when its heads cannot be read; that is told afterwards.</summary>
    private void Verify(Tenant tenant, string log)
    {
        var at = (tenant.Slug, log);
        var id = log == "log" ? tenant.Id : AuditTrail.IdOf(tenant.Id);
        var (signed, fault) = Signed(at, id);
        using var facts = host.Raw(tenant, log) ?? new NoFacts();
        var report = AuditVerifier.VerifyAgainst(
            id,
            facts,
            [.. signed.Select(h => h.Head)],
            _ => stop.Token.ThrowIfCancellationRequested()
        );
        var before = findings.GetValueOrDefault(at);
        findings[at] = new AuditFinding(tenant.Slug, log, host.Clock.GetUtcNow().UtcDateTime, report);
        if (!report.Whole && before?.Report.Problem != report.Problem)
            Say(at, $"position {report.BadPosition} is bad: {report.Problem}");
        if (fault is not null)
            throw fault;
        if (report.Whole && report.Head.Position > (newest.GetValueOrDefault(at)?.Head.Position ?? 0))
            Sign(at, id, report.Head);
    }

    /// <summary>All heads in the file; where they are not what was signed, the newest that this process
    /// knows.</summary>
    private (IReadOnlyList<SignedHead> Heads, Exception? Fault) Signed(Place at, TenantId id)
    {
        var file = FileOf(at.Tenant, at.Log);
        var known = newest.TryGetValue(at, out var kept) && kept.Tenant == id ? kept : null;
        try
        {
            var read = File.Exists(file) ? SignedHeads.Read(file, Key().Public, id, text => Say(at, text)) : [];
            if (known is not null && !read.Any(h => h.Head.Position == known.Head.Position))
                throw new HeadsFault(
                    $"{file} lacks the head of position {known.Head.Position}, which it held. Restore it from its copy."
                );
            if (read is [.., var last])
                newest[at] = last;
            else
                newest.TryRemove(at, out _);
            return (read, null);
        }
        catch (Exception fault) when (fault is HeadsFault or IOException or UnauthorizedAccessException)
        {
            return (known is null ? [] : [known], fault);
        }
    }

    private void Sign(Place at, TenantId id, LogHead head)
    {
        var file = FileOf(at.Tenant, at.Log);
        var isNew = !File.Exists(file);
        newest[at] = SignedHeads.Append(file, Key().Private, id, head, host.Clock.GetUtcNow().UtcDateTime);
        if (isNew)
            DurableFiles.SyncNames(folder);
    }

    private string KeyFile => Path.Combine(folder, "heads.key");

    /// <summary>Made on first use, readable by its owner alone; the public one beside it is for who verifies
    /// elsewhere.</summary>
    private (string Private, string Public) Key()
    {
        lock (keyGate)
        {
            if (key is { } there)
                return there;
            DurableFiles.Create(folder);
            if (!File.Exists(KeyFile))
                DataFolder.WriteSecret(KeyFile, SignedHeads.NewKey().Private);
            var secret = File.ReadAllText(KeyFile);
            var open = SignedHeads.PublicOf(secret);
            if (!File.Exists(KeyFile + ".pub"))
                File.WriteAllText(KeyFile + ".pub", open + "\n");
            key = (secret, open);
            return (secret, open);
        }
    }

    private async Task Flushing() => await Repeat(FlushEvery, () => Flush(all: false), Counts);

    /// <summary>The first round comes soon after the start: what was done to a file was done while nobody
    /// ran.</summary>
    private async Task Verifying()
    {
        long? verified = null;
        await Repeat(
            every < RetryEvery ? every : RetryEvery,
            async () =>
            {
                var all = verified is not { } last || host.Clock.GetElapsedTime(last) >= every;
                if (all)
                    verified = host.Clock.GetTimestamp();
                await Verify(all);
            },
            "log"
        );
    }

    /// <summary>Whatever goes wrong in one round is told, and the next one comes.</summary>
    private async Task Repeat(TimeSpan pause, Func<Task> round, string what)
    {
        while (!stop.IsCancellationRequested)
            try
            {
                await Task.Delay(pause, host.Clock, stop.Token);
                await round();
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Trouble(("", what), fault.Message);
            }
    }

    private bool Try(string tenant, string log, Action work)
    {
        try
        {
            work();
            troubles.TryRemove((tenant, log), out _);
            return true;
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            Trouble((tenant, log), fault.Message);
            return false;
        }
    }

    private void Trouble(Place at, string why)
    {
        var known = troubles.TryGetValue(at, out var before) && before == why;
        troubles[at] = why;
        if (!known)
            Say(at, why);
    }

    private static void Say(Place at, string what) =>
        Console.Error.WriteLine($"Audit of {(at.Tenant.Length == 0 ? "all" : at.Tenant)}, {at.Log}: {what}");

    /// <summary>Of companies that are gone nothing is kept.</summary>
    private void Forget(IReadOnlyList<Tenant> tenants)
    {
        var there = tenants.Select(t => t.Slug).Append("").ToHashSet(StringComparer.Ordinal);
        foreach (
            var at in findings.Keys.Concat(troubles.Keys).Concat(newest.Keys).Where(k => !there.Contains(k.Tenant))
        )
        {
            findings.TryRemove(at, out _);
            troubles.TryRemove(at, out _);
            newest.TryRemove(at, out _);
        }
    }

    /// <summary>A log that is not there: against its signed heads it shows that it was.</summary>
    private sealed class NoFacts : IRawFacts
    {
        public void Visit(RawFactVisitor visitor) { }

        public IReadOnlyList<string> EmptyStreams() => [];

        public void Dispose() { }
    }
}
