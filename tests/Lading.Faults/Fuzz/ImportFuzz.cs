using System.IO.Compression;
using System.Text;
using Lading.Cli;
using Lading.Log;
using Lading.Server;

namespace Lading.Faults.Fuzz;

/// <summary>
/// H16: every importer gets files that are right, half right and hostile. Each ends with a documented exit code and in
/// time, none with a fault of the program, and what the importer refuses as a whole has left nothing in the log.
/// </summary>
internal sealed class ImportFuzz(Trial trial, ImportBug bug = ImportBug.None)
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);
    private static readonly string[] What = ["orders", "skus", "customers", "stock"];
    private readonly Random random = new(trial.Seed);
    private readonly StringWriter said = new();

    public static Experiment Experiment { get; } =
        new(
            "H16.import",
            "Hostile files are refused with a reason: no fault of the program, no hang, nothing half applied.",
            "files",
            trial => new ImportFuzz(trial).Run()
        )
        {
            Short = new Short(5, 6),
            Least = [new Least("code-1", 0.2), new Least("code-2", 0.04)],
            Controls =
            [
                new Control("a-fault-of-the-program", trial => new ImportFuzz(trial, ImportBug.Fault).Run()),
                new Control("leaves-what-it-refused", trial => new ImportFuzz(trial, ImportBug.Leaves).Run()),
            ],
        };

    private async Task Run()
    {
        await using var host = LadingHost.Open(new HostOptions { Data = trial.NewFolder("data") });
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        var tenant = await FuzzTenant.Open(host, http, "import");
        var (output, error) = (Console.Out, Console.Error);
        Console.SetOut(TextWriter.Synchronized(said));
        Console.SetError(TextWriter.Synchronized(said));
        try
        {
            trial.Begin();
            for (var n = 0; n < 5 || trial.GoesOn(n); n++)
                await One(tenant, http, n);
            await CheckEnd(host, tenant);
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private async Task One(FuzzTenant tenant, HttpClient http, int n)
    {
        var what = What[random.Next(What.Length)];
        var (file, name) = (Path.Combine(trial.Folder, "import"), $"file {n} ({what})");
        var bytes = Make(what);
        file += bytes.Length > 1 && bytes[0] == 0x1f ? ".csv.gz" : ".csv";
        await File.WriteAllBytesAsync(file, bytes);
        string[] arguments =
        [
            "import",
            what,
            file,
            "--url",
            http.BaseAddress!.ToString(),
            "--key",
            tenant.Key,
            "--errors",
            Path.Combine(trial.Folder, "errors.csv"),
            .. what == "orders" && random.Next(2) == 0 ? ["--create-missing"] : Array.Empty<string>(),
            "--map",
            Mapping(),
        ];
        said.GetStringBuilder().Clear();
        var before = tenant.Log.Head;
        var running = CommandLine.Run(arguments);
        try
        {
            await running.WaitAsync(Hang);
        }
        catch (TimeoutException)
        {
            Keep(bytes, $"{name} was not done within {Hang.TotalSeconds:0} s");
            return;
        }

        var (code, text) = await Bend(tenant, http, await running, said.ToString());
        trial.Count("files");
        trial.Count($"code-{code}");
        trial.Note(
            new
            {
                name,
                code,
                text = text.Length > 300 ? text[..300] : text,
            }
        );
        if (text.Contains("fault of the program", StringComparison.Ordinal))
            Keep(bytes, $"{name}: {text}");
        else if (text.Contains("server.bug", StringComparison.Ordinal) || code is not (0 or 1 or 2))
            Keep(bytes, $"{name} ended with {code}: {text}");
        else if (text.Contains("Nothing was sent", StringComparison.Ordinal))
            await CheckUnchanged(tenant, before, name);
    }

    /// <summary>The controls: another word is said, or something is written.</summary>
    private async Task<(int Code, string Text)> Bend(FuzzTenant tenant, HttpClient http, int code, string text)
    {
        if (bug == ImportBug.Fault && code == 1)
            return (code, $"This is a fault of the program, not of yours. {text}");
        if (bug == ImportBug.Leaves && text.Contains("Nothing was sent", StringComparison.Ordinal))
            await tenant.Post(http, "/ventures", $$"""{"code":"left{{tenant.Log.Head}}","name":"Left behind"}""");
        return (code, text);
    }

    private async Task CheckUnchanged(FuzzTenant tenant, long before, string name)
    {
        foreach (var fact in await tenant.Log.ReadAfter(before, 5_000, default))
            if (fact.Actor.StartsWith("key:", StringComparison.Ordinal))
                trial.Violated($"{name} was refused as a whole and left {fact.Type} at {fact.Position}");
    }

    private void Keep(byte[] bytes, string problem)
    {
        var kept = Path.Combine(trial.Folder, $"bad-{trial.Problems.Count}");
        File.WriteAllBytes(kept, bytes);
        trial.Violated($"{problem} [{kept}]");
    }

    private static async Task CheckEnd(LadingHost host, FuzzTenant tenant)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!tenant.IsLevel && !patience.IsCancellationRequested)
            await tenant.Log.WaitPast(tenant.Log.Head, new CancellationTokenSource(50).Token);
        if (tenant.Log.Status().FirstOrDefault(s => s.Failure is not null) is { } stuck)
            throw new InvalidOperationException($"{stuck.Name}: {stuck.Failure}");
        if (AuditVerifier.Verify(tenant.Tenant.Id, host.Raw(tenant.Tenant, "log")!) is { Whole: false } report)
            throw new InvalidOperationException($"position {report.BadPosition}: {report.Problem}");
    }

    private string Mapping()
    {
        var file = Path.Combine(trial.Folder, "map.json");
        string[] members =
        [
            "\"source\":\"fuzz\"",
            "\"timeZone\":\"Mars/Olympus\"",
            "\"decimalPoint\":\",\"",
            "\"separator\":\";\"",
            "\"encoding\":\"utf-16\"",
            "\"encoding\":\"klingon\"",
            "\"columns\":{\"sku\":\"\",\"order\":\"customer\"}",
            "\"dateFormats\":[\"%\",null]",
            "\"cancellationPrefix\":\"\"",
            "\"charges\":{\"POST\":null}",
            "\"nothing\":[\"\"]",
            "\"lines\":{\"file\":\"../../etc/passwd\",\"columns\":{}}",
            "\"baseUnit\":\"\"",
            "\"site\":\"moon\"",
            "\"x\":1",
            "\"unquotedColumn\":\"gone\"",
            "\"orderCharges\":{\"quantity\":\"freight\"}",
            "\"currency\":\"??\"",
        ];
        random.Shuffle(members);
        var odd = members.Take(random.Next(4) == 0 ? random.Next(1, 4) : 0);
        string[] named =
            random.Next(20) == 0 ? [] : ["\"venture\":\"main\"", "\"dateFormats\":[\"yyyy-MM-dd HH:mm:ss\"]"];
        var all = named.Where(n => !odd.Any(o => o.Split(':')[0] == n.Split(':')[0])).Concat(odd);
        File.WriteAllText(file, "{" + string.Join(',', all) + "}");
        return file;
    }

    private byte[] Make(string what)
    {
        var separator = random.Next(5) == 0 ? ';' : ',';
        var header = Columns(what);
        var text = new StringBuilder(string.Join(separator, header)).Append('\n');
        for (var rows = random.Next(0, 30); rows > 0; rows--)
            text.AppendJoin(separator, header.Select(h => Quoted(random.Next(10) == 0 ? Odd.Text(random) : Cell(h))))
                .Append('\n');
        var bytes = Encode(text.ToString());
        for (var flips = random.Next(3) == 0 ? random.Next(1, 20) : 0; flips > 0 && bytes.Length > 0; flips--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(12) switch
        {
            0 => bytes[..random.Next(bytes.Length + 1)],
            1 => Packed(bytes)[..^random.Next(8)],
            2 => Packed(bytes),
            3 when random.Next(10) == 0 => Packed(new byte[20 << 20]),
            _ => bytes,
        };
    }

    private string[] Columns(string what)
    {
        string[] columns = what switch
        {
            "orders" => ["order", "customer", "sku", "quantity", "unit", "unitPrice", "orderedAt", "currency", "line"],
            "skus" => ["sku", "description", "baseUnit", "units", "tracking", "allocation", "gtin", "venture"],
            "customers" => ["customer", "name", "email", "phone", "country", "venture"],
            _ => ["sku", "kind", "site", "location", "quantity", "unit", "lot", "serials", "expires", "happened"],
        };
        if (random.Next(6) == 0)
            random.Shuffle(columns);
        return random.Next(10) switch
        {
            0 => columns[..random.Next(columns.Length)],
            1 => [.. columns, .. columns],
            2 => [.. columns, Odd.Text(random)],
            3 when random.Next(10) == 0 => [.. Enumerable.Range(0, 5_000).Select(i => $"c{i}")],
            _ => columns,
        };
    }

    private string Cell(string column) =>
        column switch
        {
            "order" => $"{random.Next(100)}",
            "customer" => $"C{random.Next(5)}",
            "sku" => new[] { "PLAIN", "LOTS", "SERIALS", "NEW" }[random.Next(4)],
            "quantity" => $"{random.Next(-3, 20)}",
            "unitPrice" => $"{random.Next(100)}.{random.Next(100)}",
            "unit" or "baseUnit" => random.Next(5) == 0 ? "CS" : "EA",
            "orderedAt" or "happened" => "2026-01-05 08:31:00",
            "expires" => random.Next(2) == 0 ? "" : "2027-01-31",
            "currency" => "EUR",
            "site" => random.Next(6) == 0 ? "moon" : "north",
            "location" => "stock",
            "units" => "CS=12 PK=1/4",
            "tracking" => "none",
            "kind" => random.Next(2) == 0 ? "receipt" : "",
            "venture" => "main",
            _ => "",
        };

    private string Quoted(string cell) => random.Next(8) == 0 ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell;

    private byte[] Encode(string text) =>
        random.Next(12) switch
        {
            0 => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)],
            1 => [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)],
            2 => Encoding.Latin1.GetBytes(text),
            _ => Encoding.UTF8.GetBytes(text),
        };

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}

/// <summary>Bugs put in on purpose.</summary>
internal enum ImportBug
{
    None,

    /// <summary>A refusal is told as a fault of the program.</summary>
    Fault,

    /// <summary>What was refused as a whole leaves a fact.</summary>
    Leaves,
}
