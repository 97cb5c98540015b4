namespace Lading.Server.Tests;

/// <summary>A backup taken from a running server, and what a restore refuses.</summary>
public sealed class BackupSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_of_a_running_server_restores_the_log_and_who_may_read_it()
    {
        await using var running = await Running.Up("--data", In("data"), "--empty", "--urls", "http://127.0.0.1:0");
        (await LadingProgram.Run("tenant", "create", "acme", "--data", In("data"))).Code.ShouldBe(0);
        var key = await LadingProgram.Run("key", "create", "--tenant", "acme", "--data", In("data"));
        var made = await LadingProgram.Run(["backup", "--to", In("b.tar"), "--keys", In("keys"), "--data", In("data")]);
        made.Code.ShouldBe(0, made.Error);
        var head = made.Output.Split('\n').Single(l => l.StartsWith("acme up to ")).Split(' ')[^1];

        var done = await Restore("b.tar", "--keys", In("keys"), "--data", In("again"));
        done.Code.ShouldBe(0, done.Error);
        done.Output.ShouldContain($"acme up to {head}: whole.");
        string[] verify = ["audit", "verify", "--tenant", "acme", "--head", head, "--data", In("again")];
        (await LadingProgram.Run(verify)).Code.ShouldBe(0);
        await using var again = await Running.Up("--data", In("again"), "--urls", "http://127.0.0.1:0");
        (await LadingProgram.Run("tenant", "list", "--url", again.Address, "--key", key.Last)).Code.ShouldBe(
            1,
            "the key is known, and is no administrator's"
        );
        (await LadingProgram.Run("projections", "list", "--url", again.Address, "--key", key.Last)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_restore_never_overwrites_and_takes_nothing_that_was_changed()
    {
        (await LadingProgram.Run("tenant", "create", "acme", "--data", In("data"))).Code.ShouldBe(0);
        var made = await LadingProgram.Run(["backup", "--to", In("b"), "--keys", In("k"), "--data", In("data")]);
        made.Code.ShouldBe(0, made.Error);
        (await Restore("b", "--keys", In("k"), "--data", In("data"))).Code.ShouldBe(4, "it is not empty");
        (await Restore("b", "--data", In("new"))).Code.ShouldBe(2, "nothing was said of the keys");
        (await Restore("k", "--without-keys", "--data", In("new"))).Code.ShouldBe(4, "these are keys");

        var log = Path.Combine(In("b"), "tenants", "acme", "log.db");
        var bytes = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(log, bytes, TestContext.Current.CancellationToken);
        var changed = await Restore("b", "--keys", In("k"), "--data", In("new"));
        changed.Code.ShouldBe(4);
        changed.Error.ShouldContain("log.db");
        Directory.Exists(In("new")).ShouldBeFalse();
        Directory.EnumerateDirectories(folder.Path, "new.restoring*").ShouldBeEmpty();

        File.Delete(Path.Combine(In("b"), "backup.json"));
        (await Restore("b", "--keys", In("k"), "--data", In("new"))).Code.ShouldBe(4, "it was never finished");
        (await LadingProgram.Run(["backup", "--to", In("data/b"), "--data", In("data")])).Code.ShouldBe(1);
        (await LadingProgram.Run(["backup", "--to", In("k"), "--data", In("data")])).Code.ShouldBe(1);
    }

    private string In(string name) => Path.Combine(folder.Path, name);

    private Task<Ended> Restore(string from, params string[] more) =>
        LadingProgram.Run(["restore", "--from", In(from), .. more]);
}
