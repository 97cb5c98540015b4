using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Lading.Platform.Tenancy;

namespace Lading.Server.Tests;

/// <summary><c>lading up</c> and the commands that go through it.</summary>
public sealed class UpSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    private string Data => Path.Combine(folder.Path, "data");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_serves_lets_the_browser_in_once_takes_commands_and_stops_in_good_order()
    {
        await using var up = await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        (await browser.GetAsync(up.Address)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync(up.Link)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync(up.Link)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "the link works once");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(DataFolder.AdminKeyFile(Data))
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        (await LadingProgram.Run("tenant", "list", "--data", Data)).Output.ShouldContain("main");
        var key = (await LadingProgram.Run("key", "create", "--data", Data)).Last;
        (await LadingProgram.Run("projections", "list", "--url", up.Address, "--key", key)).Code.ShouldBe(0);
        (await LadingProgram.Run("tenant", "list", "--url", up.Address, "--key", key)).Code.ShouldBe(
            1,
            "a tenant's key is not the host's"
        );
        (await LadingProgram.Run("audit", "verify", "--data", Data)).Code.ShouldBe(0);
        (await LadingProgram.Run("link", "--data", Data)).Last.ShouldStartWith(up.Address);

        (await up.Stop()).ShouldBe(0);
        File.Exists(DataFolder.AddressFile(Data)).ShouldBeFalse();
        File.Exists(DataFolder.AdminKeyFile(Data)).ShouldBeFalse();
        (await LadingProgram.Run("link", "--data", Data)).Code.ShouldBe(2, "nothing runs there now");
    }

    [Fact]
    public async Task A_second_one_on_the_folder_is_refused_with_the_address_of_the_first()
    {
        await using var up = await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        var second = await LadingProgram.Run("up", "--data", Data);
        second.Code.ShouldBe(4);
        second.Error.ShouldContain(up.Address);
    }

    [Fact]
    public async Task A_named_port_that_is_taken_is_an_error()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var ended = await LadingProgram.Run(
            "up",
            "--data",
            Data,
            "--empty",
            "--urls",
            $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}"
        );
        ended.Code.ShouldBe(3);
        ended.Error.ShouldContain("--urls");
    }

    [Fact]
    public async Task A_file_where_the_folder_should_be_is_a_clear_message()
    {
        var ended = await LadingProgram.Run(
            "up",
            "--data",
            folder.File("data.txt", "no folder"),
            "--urls",
            "http://127.0.0.1:0"
        );
        ended.Code.ShouldBe(4);
        ended.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_clear_message()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/sys takes no files from anybody, root included, on Linux.");
        var ended = await LadingProgram.Run("up", "--data", "/sys/lading", "--urls", "http://127.0.0.1:0");
        ended.Code.ShouldBe(4, ended.Error);
        ended.Error.ShouldContain("/sys/lading");
        ended.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task The_default_port_moves_on_when_it_is_taken_and_says_so()
    {
        using var taken = new TcpListener(IPAddress.Loopback, ServerOptions.DefaultPort);
        try
        {
            taken.Start();
        }
        catch (SocketException)
        {
            // somebody else listens there: as good
        }

        await using var up = await Running.Up("--data", Data, "--empty");
        new Uri(up.Address).Port.ShouldBeGreaterThan(ServerOptions.DefaultPort);
        up.Said.ShouldContain($"Port {ServerOptions.DefaultPort} is taken");
        using var browser = new HttpClient();
        (await browser.GetStringAsync(up.Address + "/health/live")).ShouldBe("alive");
    }

    [Fact]
    public async Task Settings_come_from_the_environment_and_the_file_in_the_data_folder()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(
            Path.Combine(Data, "lading.json"),
            """{"urls":"http://127.0.0.1:1","empty":true}""",
            TestContext.Current.CancellationToken
        );
        var environment = new Dictionary<string, string>
        {
            ["LADING_DATA"] = Data,
            ["LADING_URLS"] = "http://127.0.0.1:0",
        };
        await using var up = await Running.Up(environment);
        new Uri(up.Address).Port.ShouldBeGreaterThan(1, "the environment goes before the file");
        (await LadingProgram.Run("tenant", "list", "--data", Data)).Output.ShouldNotContain("demo", Case.Sensitive);
    }

    [Fact]
    public async Task Heads_are_kept_where_the_settings_say_and_a_place_that_cannot_be_written_is_a_clear_message()
    {
        var apart = Path.Combine(folder.Path, "apart");
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "lading.json"), $$"""{"heads":"{{apart}}"}""", Stop);
        await using (await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0"))
            Directory.GetFiles(apart).Select(Path.GetFileName).Order().ShouldBe(["heads.key", "heads.key.pub"]);
        Directory.Exists(Path.Combine(Data, "heads")).ShouldBeFalse();

        var ended = await LadingProgram.Run("up", "--data", Data, "--heads", folder.File("heads.txt", "no folder"));
        ended.Code.ShouldBe(4, ended.Error);
        ended.Error.ShouldContain("--heads");
        ended.Error.ShouldNotContain("   at ");
        await File.WriteAllTextAsync(Path.Combine(apart, "heads.key"), "no key", Stop);
        var other = await LadingProgram.Run("up", "--data", Data, "--heads", apart);
        (other.Code, other.Error.Contains("heads.key cannot be used")).ShouldBe((4, true), other.Error);
    }

    [Fact]
    public async Task The_command_line_goes_before_the_environment_and_the_environment_before_the_file()
    {
        Directory.CreateDirectory(Data);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var busy = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        var file = Path.Combine(Data, "lading.json");
        await File.WriteAllTextAsync(file, $$"""{"urls":"{{busy}}"}""", Stop);
        var fromFile = await LadingProgram.Run("up", "--data", Data, "--empty");
        (fromFile.Code, fromFile.Error.Contains(busy)).ShouldBe((3, true), "as --urls would: " + fromFile.Error);

        var environment = new Dictionary<string, string> { ["LADING_URLS"] = busy };
        await File.WriteAllTextAsync(file, """{"urls":"http://127.0.0.1:0"}""", Stop);
        using (var fromEnvironment = LadingProgram.Start(["up", "--data", Data, "--empty"], environment))
        {
            await fromEnvironment.WaitForExitAsync(Stop);
            fromEnvironment.ExitCode.ShouldBe(3, "the environment goes before the file");
        }

        await using var up = await Running.Up(environment, "--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        up.Address.ShouldNotBe(busy);
    }

    [Fact]
    public async Task A_data_folder_of_which_nothing_may_be_written_is_a_clear_message_and_is_left_as_it_was()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Rights are taken away as Linux has them.");
        var root = Environment.IsPrivilegedProcess;
        Assert.SkipUnless(!root || File.Exists("/usr/bin/setpriv"), "root may write everywhere; setpriv is not here.");
        Func<string[], Task<Ended>> run = root ? LadingProgram.RunAsNobody : LadingProgram.Run;
        Assert.SkipWhen((await run(["--help"])).Code != 0, "Another user cannot run the program from here.");
        (await LadingProgram.Run("tenant", "create", "acme", "--data", Data)).Code.ShouldBe(0);
        string[] before = Left();
        Rights(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var ended = await run(["up", "--data", Data, "--urls", "http://127.0.0.1:0"]);
            ended.Code.ShouldBe(4, ended.Error);
            ended.Error.ShouldContain(Data);
            ended.Error.ShouldNotContain("   at ");
        }
        finally
        {
            Rights(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        Left().ShouldBe(before);
        (await LadingProgram.Run("tenant", "list", "--data", Data)).Output.ShouldContain("acme");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string[] Left() =>
        [.. Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order()];

    /// <summary>The same for all users, since the program may run as another one; files are never to be run.</summary>
    private static void Rights(string path, UnixFileMode owner)
    {
        var all = (UnixFileMode)((int)owner | ((int)owner >> 3) | ((int)owner >> 6));
        foreach (var file in Directory.GetFiles(path, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(file, all & ~(UnixFileMode)0b001001001);
        foreach (var each in Directory.GetDirectories(path, "*", SearchOption.AllDirectories).Append(path))
            File.SetUnixFileMode(each, all);
    }

    [Fact]
    public async Task The_first_start_has_a_demo_company_and_reset_takes_it_away()
    {
        await using (var up = await Running.Up("--data", Data, "--no-demo-clock", "--urls", "http://127.0.0.1:0"))
        {
            (await LadingProgram.Run("tenant", "list", "--data", Data)).Output.ShouldContain("demo");
            (await LadingProgram.Run("demo", "reset", "--data", Data)).Code.ShouldBe(4, "it runs");
            (await BinsInUse(up, "leeds")).ShouldBeInRange(50, 149, "some bins are in use, some are free");
            await up.Stop();
        }

        (await LadingProgram.Run("demo", "reset", "--data", Data)).Code.ShouldBe(0);
        var left = (await LadingProgram.Run("tenant", "list", "--data", Data)).Output;
        left.ShouldNotContain("demo", Case.Sensitive);
        left.ShouldContain("main");
    }

    /// <summary>How many of a site's bins hold something, as of all that was decided so far.</summary>
    private async Task<int> BinsInUse(Running up, string site)
    {
        using var client = new HttpClient { BaseAddress = new Uri(up.Address) };
        var key = await File.ReadAllTextAsync(DataFolder.AdminKeyFile(Data));
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Trim());
        using var end = await client.GetAsync("/api/v1/events?after=9007199254740991&limit=1");
        client.DefaultRequestHeaders.Add("Lading-At-Least", end.Headers.GetValues("Lading-Position"));
        using var fill = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/locations/fill?site={site}"));
        var bins = fill.RootElement.GetProperty("items").EnumerateArray();
        return bins.Count(bin => bin.GetProperty("onHand").GetDecimal() > 0);
    }
}
