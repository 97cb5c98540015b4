using System.CommandLine;
using Lading.Log.Postgres;
using Lading.Platform.Tenancy;
using Lading.Server;
using Lading.Server.Admin;

namespace Lading.Cli;

/// <summary><c>lading up</c>: serve until stopped.</summary>
internal static class UpCommand
{
    /// <summary>Every process answers requests; a processor also keeps read models, and both others react and send
    /// what is due.</summary>
    private static readonly string[] AllRoles = ["gateway", "processor", "scheduler"];

    private static readonly Option<string?> Urls = new("--urls")
    {
        Description =
            $"Where to listen (LADING_URLS; otherwise http://127.0.0.1:{ServerOptions.DefaultPort}, or the "
            + $"next free port).",
        HelpName = "URL",
    };

    private static readonly Option<string?> Certificate = new("--cert")
    {
        Description = "A PEM file: the certificate and its chain; then --urls are https (LADING_CERT).",
        HelpName = "FILE",
    };

    private static readonly Option<string?> CertificateKey = new("--cert-key")
    {
        Description = "The PEM file of its private key, when it is another (LADING_CERT_KEY).",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Origins = new("--origins")
    {
        Description = "Sites whose pages may call the API with a key, separated by commas (LADING_ORIGINS).",
        HelpName = "ORIGINS",
    };

    private static readonly Option<string?> RateKey = new("--rate-key")
    {
        Description =
            $"Requests a second with one API key (LADING_RATE_KEY; otherwise {new RateOptions().PerKey}; 0: any).",
        HelpName = "N",
    };

    private static readonly Option<string?> RatePerson = new("--rate-person")
    {
        Description =
            $"Requests a second as one person (LADING_RATE_PERSON; otherwise {new RateOptions().PerPerson}; 0: any).",
        HelpName = "N",
    };

    private static readonly Option<string?> LockWait = new("--lock-wait")
    {
        Description =
            $"Seconds to wait, on PostgreSQL, for a log that another node holds, before 503 (LADING_LOCK_WAIT; "
            + $"otherwise {PostgresSession.UsualLockWait.TotalSeconds:0}).",
        HelpName = "N",
    };

    private static readonly Option<string?> Heads = new("--heads")
    {
        Description =
            "Where the heads of all logs are signed and kept every hour, best where nobody who can change the data can "
            + "change them (LADING_HEADS; otherwise heads in the data folder).",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Empty = new("--empty")
    {
        Description = "Without the demo company (LADING_EMPTY).",
    };

    private static readonly Option<string?> Roles = new("--roles")
    {
        Description =
            $"Which parts run in this process, on PostgreSQL: {string.Join(", ", AllRoles)} (LADING_ROLES; "
            + $"otherwise all).",
        HelpName = "ROLES",
    };

    private static readonly Option<bool> NoDemoClock = new("--no-demo-clock")
    {
        Description = "Let the demo company's clock stand (LADING_NO_DEMO_CLOCK).",
    };

    private static readonly Option<string?> Samples = new("--samples")
    {
        Description = "Where the demo company's files are.",
        Hidden = true,
    };

    public static Command Build() =>
        new Verb(
            "up",
            "Start Lading and serve until Ctrl-C. The first start on empty data makes a demo company, unless "
                + "--empty.",
            "lading up --data /srv/lading --urls http://0.0.0.0:8080 --empty"
        )
            .With(
                Shared.Data,
                Urls,
                Certificate,
                CertificateKey,
                Origins,
                RateKey,
                RatePerson,
                Heads,
                Empty,
                Shared.Postgres,
                LockWait,
                Roles,
                NoDemoClock,
                Samples
            )
            .Does(Run);

    private static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        var options = Read(new Settings(parsed));
        await using var host = LadingHost.Open(options.Host);
        host.Watch.Prepare();
        var tenant = await FirstStart.Prepare(host, options);
        var console = ConsoleFiles.Find(Environment.GetEnvironmentVariable("LADING_CONSOLE"), AppContext.BaseDirectory);
        await using var web = await WebServer.Start(host, options.Urls, console, options.Transport);
        var (_, secret) = HostAccess.Issue(host, tenant.Id);
        if (host.Data is { } data)
        {
            DataFolder.WriteSecret(DataFolder.AdminKeyFile(data), secret);
            await File.WriteAllTextAsync(DataFolder.AddressFile(data), web.Address + "\n", CancellationToken.None);
        }

        await using var demo = await DemoDay.Start(host, options);
        Say(options, web, LocalLinks.Offer(host.Accounts, tenant.Id));
        await web.WaitForShutdown(stop);
        Console.WriteLine("Stopping.");
        return ExitCode.Done;
    }

    /// <summary>The address and the link are the last lines, for people and for scripts.</summary>
    private static void Say(ServerOptions options, WebServer web, string link)
    {
        var port = new Uri(web.Address).Port;
        if (options.Urls is null && port != ServerOptions.DefaultPort)
            Console.WriteLine($"Port {ServerOptions.DefaultPort} is taken, so this one listens on {port}.");
        Console.WriteLine($"Lading runs at {web.Address}");
        Console.WriteLine($"Open it once with: {web.Address}{link}");
    }

    private static int Number(Settings settings, Option<string?> option, int usual, int least, int most)
    {
        if (settings.Text(option) is not { } text)
            return usual;
        return int.TryParse(text, out var number) && number >= least && number <= most
            ? number
            : throw CommandFailed.Usage($"{option.Name} is a whole number from {least} to {most}, not {text}.");
    }

    private static int Rate(Settings settings, Option<string?> option, int usual) =>
        Number(settings, option, usual, 0, 1_000_000);

    private static ServerOptions Read(Settings settings)
    {
        var postgres = settings.Text(Shared.Postgres);
        var roles =
            settings.Text(Roles)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? AllRoles;
        foreach (var role in roles)
            if (!AllRoles.Contains(role))
                throw CommandFailed.Usage($"There is no role {role}; there are {string.Join(", ", AllRoles)}.");
        if (postgres is null && roles.Distinct().Count() < AllRoles.Length)
            throw CommandFailed.Usage(
                "One process runs all roles on a data folder. Leave --roles out, or use "
                    + "PostgreSQL with --postgres."
            );
        return new ServerOptions
        {
            Host = new HostOptions
            {
                Data = settings.Data,
                Postgres = postgres,
                Heads = settings.Text(Heads),
                Rates = new RateOptions(
                    Rate(settings, RateKey, new RateOptions().PerKey),
                    Rate(settings, RatePerson, new RateOptions().PerPerson)
                ),
                LockWait = TimeSpan.FromSeconds(
                    Number(settings, LockWait, (int)PostgresSession.UsualLockWait.TotalSeconds, 1, 600)
                ),
                Follow = roles.Contains("processor"),
                Watch = !roles.Contains("processor"),
                React = roles.Contains("processor") || roles.Contains("scheduler"),
            },
            Urls = settings.Text(Urls),
            Transport = new Transport(
                settings.Text(Certificate),
                settings.Text(CertificateKey),
                settings
                    .Text(Origins)
                    ?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ),
            Empty = settings.Flag(Empty),
            NoDemoClock = settings.Flag(NoDemoClock),
            Samples = settings.Text(Samples),
        };
    }
}
