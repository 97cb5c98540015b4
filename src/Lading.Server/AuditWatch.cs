using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Audit;
using Lading.Platform.Tenancy;

namespace Lading.Server;

/// <summary>What the last verification of one log found.</summary>
public sealed record AuditFinding(string Tenant, string Log, DateTime At, AuditReport Report);

/// <summary>
/// Verifies both chains of every tenant on schedule, against the head it found the last time, and keeps each head
/// signed in a folder of its own: what was cut off or written anew since shows against it. What is found wrong stays
/// red until the process is started on mended data.
/// </summary>
public sealed class AuditWatch(LadingHost host, string folder, TimeSpan every) : IAsyncDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, AuditFinding> findings = new(StringComparer.Ordinal);
    private int ended;
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;
    private ECDsa? key;

    /// <summary>Counts for the audit logs.</summary>
    public AuditCounter Counter { get; } = new(host);

    /// <summary>What was found last, by tenant and log.</summary>
    public IEnumerable<AuditFinding> Findings => findings.Values;

    /// <summary>Starts the loop.</summary>
    public AuditWatch Start()
    {
        running = Task.Run(Run);
        return this;
    }

    /// <summary>Verifies every tenant's two logs once and signs their heads.</summary>
    public async Task Verify()
    {
        foreach (var tenant in host.Tenants.Tenants)
        {
            stop.Token.ThrowIfCancellationRequested();
            await Task.Factory.StartNew(
                () =>
                {
                    Verify(tenant, "log", tenant.Id, host.RawFacts(tenant));
                    if (host.RawAudit(tenant) is { } audit)
                        Verify(tenant, "audit", AuditTrail.IdOf(tenant.Id), audit);
                },
                stop.Token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref ended, 1) == 1)
            return;
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        await Counter.Flush(all: true);
        key?.Dispose();
        stop.Dispose();
    }

    /// <summary>The last head that was signed and whose signature is good; null when there is none. A bad signature is
    /// a <see cref="StoreFault"/>.</summary>
    public LogHead? Signed(string tenant, string log)
    {
        var path = HeadFile(tenant, log);
        if (!File.Exists(path))
            return null;
        var parts = File.ReadLines(path).Last(l => l.Length > 0).Split(' ');
        if (
            parts.Length != 3
            || !Key()
                .VerifyData(
                    Encoding.UTF8.GetBytes($"{tenant} {log} {parts[0]} {parts[1]}"),
                    Convert.FromBase64String(parts[2]),
                    HashAlgorithmName.SHA256
                )
        )
            throw new StoreFault($"{path} does not hold what this host signed. Restore it from its copy.");
        return AuditRoutes.ReadHead(parts[1], out _);
    }

    private void Verify(Tenant tenant, string log, TenantId id, IRawFacts facts)
    {
        using (facts)
        {
            var report = AuditVerifier.Verify(
                id,
                facts,
                Signed(tenant.Slug, log),
                _ => stop.Token.ThrowIfCancellationRequested()
            );
            findings[$"{tenant.Slug}/{log}"] = new AuditFinding(
                tenant.Slug,
                log,
                host.Clock.GetUtcNow().UtcDateTime,
                report
            );
            if (report.Whole && report.Head.Position > 0)
                Sign(tenant.Slug, log, report.Head);
        }
    }

    private void Sign(string tenant, string log, LogHead head)
    {
        var at = host.Clock.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        var text = $"{head.Position}:{Convert.ToHexStringLower(head.Hash)}";
        var signature = Key().SignData(Encoding.UTF8.GetBytes($"{tenant} {log} {at} {text}"), HashAlgorithmName.SHA256);
        Directory.CreateDirectory(folder);
        File.AppendAllText(HeadFile(tenant, log), $"{at} {text} {Convert.ToBase64String(signature)}\n");
    }

    private string HeadFile(string tenant, string log) => Path.Combine(folder, $"{tenant}.{log}.heads");

    /// <summary>ECDSA over P-256; made on first use, readable by its owner alone.</summary>
    private ECDsa Key()
    {
        if (key is not null)
            return key;
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "signing.key");
        var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(path))
            made.ImportPkcs8PrivateKey(Convert.FromBase64String(File.ReadAllText(path).Trim()), out _);
        else
            DataFolder.WriteSecret(path, Convert.ToBase64String(made.ExportPkcs8PrivateKey()));
        return key = made;
    }

    private async Task Run()
    {
        var verified = host.Clock.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(FlushEvery, host.Clock, stop.Token);
                await Counter.Flush(all: false);
                if (host.Clock.GetElapsedTime(verified) < every)
                    continue;
                verified = host.Clock.GetTimestamp();
                await Verify();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault) when (fault is StoreFault or IOException or ObjectDisposedException)
            {
                Trouble = fault.Message; // the next round tries again; health shows it until one succeeds
                continue;
            }

            Trouble = null;
        }
    }

    /// <summary>Why the last round did not end, or null.</summary>
    public string? Trouble { get; private set; }
}
