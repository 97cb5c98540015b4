namespace Lading.Server.Tests;

/// <summary><c>lading key-ring rotate</c> as an operator runs it.</summary>
public sealed class KeyRingSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_new_master_key_opens_what_was_sealed_and_older_data_restored_with_newer_keys()
    {
        (await Rotate()).Code.ShouldBe(4, "there is nothing");
        var keys = await SigningKeys(
            "data",
            whileUp: async () =>
            {
                (await LadingProgram.Run("tenant", "create", "acme", "--data", In("data"))).Code.ShouldBe(0);
                (await LadingProgram.Run("backup", "--to", In("older"), "--data", In("data"))).Code.ShouldBe(0);
                var busy = await Rotate();
                busy.Code.ShouldBe(4);
                busy.Error.ShouldContain("stop it first");
            }
        );
        var before = await File.ReadAllTextAsync(In("data/master.key"), TestContext.Current.CancellationToken);
        var done = await Rotate("--json");
        done.Code.ShouldBe(0, done.Error);
        done.Output.ShouldContain("\"done\":\"rotated\"");
        (await File.ReadAllTextAsync(In("data/master.key"), TestContext.Current.CancellationToken)).ShouldNotBe(before);
        (await SigningKeys("data")).ShouldBe(keys);

        string[] backup = ["backup", "--to", In("newer"), "--keys", In("keys"), "--data", In("data")];
        (await LadingProgram.Run(backup)).Code.ShouldBe(0);
        string[] restore = ["restore", "--from", In("older"), "--keys", In("keys"), "--data", In("again")];
        var restored = await LadingProgram.Run(restore);
        restored.Code.ShouldBe(0, restored.Error);
        (await SigningKeys("again")).ShouldBe(keys);
    }

    [Fact]
    public async Task A_change_that_was_broken_off_is_told_at_the_next_start()
    {
        (await LadingProgram.Run("tenant", "create", "acme", "--data", In("data"))).Code.ShouldBe(0);
        await File.WriteAllTextAsync(
            In("data/master.key.next"),
            Convert.ToBase64String(new byte[32]),
            TestContext.Current.CancellationToken
        );
        var refused = await LadingProgram.Run("tenant", "list", "--data", In("data"));
        refused.Code.ShouldBe(4);
        refused.Error.ShouldContain("lading key-ring rotate --data");
        (await Rotate()).Code.ShouldBe(0);
        (await LadingProgram.Run("tenant", "list", "--data", In("data"))).Output.ShouldContain("acme");
    }

    private string In(string name) => Path.Combine(folder.Path, name);

    private Task<Ended> Rotate(params string[] more) =>
        LadingProgram.Run(["key-ring", "rotate", "--data", In("data"), .. more]);

    private async Task<string> SigningKeys(string data, Func<Task>? whileUp = null)
    {
        await using var up = await Running.Up("--data", In(data), "--empty", "--urls", "http://127.0.0.1:0");
        using var http = new HttpClient();
        var keys = await http.GetStringAsync(
            $"{up.Address}/api/v1/session/keys",
            TestContext.Current.CancellationToken
        );
        keys.ShouldContain("ES256");
        if (whileUp is not null)
            await whileUp();
        (await up.Stop()).ShouldBe(0);
        return keys;
    }
}
