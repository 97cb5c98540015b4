using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Lading.Floors.Tests.Log;

/// <summary>
/// A private PostgreSQL cluster in a temporary folder, on a free port, with fsync on. A shell stands between: when this
/// process goes away its standard input closes and the server is stopped, so that nothing is left running.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string Guard = "\"$@\" & server=$!; cat > /dev/null; kill -INT $server 2> /dev/null; wait $server";
    private readonly string binaries;
    private readonly string folder;
    private readonly int port;
    private readonly string[] settings;
    private readonly string[] environment;
    private Process? guard;

    private PostgresCluster(string binaries, string folder, string[] settings, string[]? environment = null)
    {
        (this.binaries, this.folder, this.settings) = (binaries, folder, settings);
        (port, this.environment) = (FreePort(), environment ?? []);
    }

    /// <summary>Connects as the superuser.</summary>
    public string Admin => $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";

    /// <summary>What the server said last on standard error.</summary>
    public string LastWords { get; private set; } = "";

    private bool IsThere => guard is { } shell && Processes(shell.Id).Count > 0;

    /// <summary>The data folder.</summary>
    public string Data => Path.Combine(folder, "data");

    /// <summary>The folder of <c>initdb</c> and <c>postgres</c>, or null.</summary>
    public static string? FindBinaries()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().ToArray()
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return debian
            .Select(d => Path.Combine(d, "bin"))
            .Concat(path)
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "postgres")));
    }

    /// <summary>Makes and starts a cluster; settings are given as <c>name=value</c>.</summary>
    public static Task<PostgresCluster> Create(string binaries, params string[] settings) =>
        Create(binaries, [], settings);

    /// <summary>The same, with arguments of <c>initdb</c>.</summary>
    public static async Task<PostgresCluster> Create(string binaries, string[] initdb, string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("lading-postgres-").FullName;
        if (User is { } user)
            await Run("chown", user, folder);
        var cluster = new PostgresCluster(binaries, folder, settings);
        await Run([
            .. AsUser,
            Path.Combine(binaries, "initdb"),
            "-D",
            cluster.Data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            .. initdb,
        ]);
        await cluster.Start();
        return cluster;
    }

    /// <summary>A cluster, not started yet, over a folder that holds <c>data</c> and becomes its own.</summary>
    /// <param name="environment">Variables of the server's process, as <c>name=value</c>.</param>
    public static async Task<PostgresCluster> Over(
        string binaries,
        string folder,
        string[] settings,
        params string[] environment
    )
    {
        if (User is { } user)
            await Run("chown", "-R", user, folder);
        await Run("chmod", "700", Path.Combine(folder, "data"));
        return new PostgresCluster(binaries, folder, settings, environment);
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    public async Task Start()
    {
        Launch();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        await using var probe = NpgsqlDataSource.Create(Admin + ";Pooling=false;Timeout=2");
        for (var tries = 0; ; tries++)
            try
            {
                await using var connection = await probe.OpenConnectionAsync();
                return;
            }
            catch (NpgsqlException) when (tries < 600 && guard is { HasExited: false } && (tries < 40 || IsThere))
            {
                await tick.WaitForNextTickAsync();
            }
    }

    /// <summary>Starts the server without waiting for it.</summary>
    public void Launch()
    {
        string[] server =
        [
            .. AsUser,
            "env",
            .. environment,
            Path.Combine(binaries, "postgres"),
            "-D",
            Data,
            "-p",
            $"{port}",
            "-k",
            folder,
            "-h",
            "127.0.0.1",
        ];
        string[] options = ["max_connections=200", "log_min_messages=fatal", .. settings];
        guard = Process.Start(
            new ProcessStartInfo("sh", ["-c", Guard, "guard", .. server, .. options.SelectMany(o => new[] { "-c", o })])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        guard.ErrorDataReceived += (_, line) => LastWords = line.Data is { Length: > 0 } said ? said : LastWords;
        guard.BeginOutputReadLine();
        guard.BeginErrorReadLine();
    }

    /// <summary>Ends the server at once, as a crash does: no checkpoint, open transactions are lost.</summary>
    public async Task Crash()
    {
        var pid = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        await Run("kill", "-QUIT", pid);
        await Ended();
    }

    /// <summary>Kills every process of the server with SIGKILL: nobody gets to say or write anything more.</summary>
    public async Task Kill()
    {
        if (guard is not { } shell)
            return;
        Processes(shell.Id).ForEach(SendKill);
        shell.StandardInput.Close();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        // One that had hardly begun ignores the guard's signal, and some are born while the others die.
        while (!shell.HasExited || Processes(shell.Id).Count > 0)
        {
            Processes(shell.Id).ForEach(SendKill);
            await tick.WaitForNextTickAsync();
        }

        shell.Dispose();
        guard = null;
    }

    /// <summary>Ends the server in good order; its folder stays.</summary>
    public Task Stop() => Ended();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Ended();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The server's processes: those that stand in its data folder, and what the guard has started but is
    /// not there yet.</summary>
    private List<int> Processes(int shell)
    {
        var found = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
            if (
                int.TryParse(Path.GetFileName(process), out var pid)
                && (new FileInfo(Path.Combine(process, "cwd")).LinkTarget == Data || IsStarted(process, shell))
            )
                found.Add(pid);
        return found;
    }

    private static bool IsStarted(string process, int shell)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(process, "stat")); // pid (name) state parent …
            var after = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return after[0] != "Z" && after[1] == $"{shell}" && !stat.Contains("(cat)", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void SendKill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It has ended already.
        }
    }

    private async Task Ended()
    {
        if (guard is null)
            return;
        guard.StandardInput.Close();
        await guard.WaitForExitAsync();
        guard.Dispose();
        guard = null;
    }

    /// <summary>PostgreSQL refuses to run as root: then it runs as another user.</summary>
    private static string? User =>
        Environment.UserName != "root" ? null
        : File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres"
        : "nobody";

    private static string[] AsUser =>
        User is { } user ? ["setpriv", $"--reuid={user}", $"--regid={Group(user)}", "--clear-groups"] : [];

    private static string Group(string user) =>
        File.ReadLines("/etc/passwd").First(l => l.StartsWith(user + ":", StringComparison.Ordinal)).Split(':')[3];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {error}{await output}");
    }
}
