using Lading.Log.Sqlite;

namespace Lading.Server.Tests;

/// <summary>Heads signed and kept apart show what the chain alone cannot.</summary>
public sealed class SignedHeadSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    private string Key => Path.Combine(folder.Path, "heads.key");

    private string Heads => Path.Combine(folder.Path, "heads.txt");

    private string Data => Path.Combine(folder.Path, "data");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_tail_cut_off_with_its_streams_shows_against_a_signed_head()
    {
        (await LadingProgram.Run("audit", "key", Key)).Code.ShouldBe(0);
        (await LadingProgram.Run("audit", "key", Key)).Code.ShouldBe(2, "a key is never overwritten");
        (await LadingProgram.Run("tenant", "create", "acme", "--data", Data)).Code.ShouldBe(0);
        var signed = await LadingProgram.Run("audit", "head", "--sign", Key, "--to", Heads, "--data", Data);
        signed.Code.ShouldBe(0, signed.Error);
        (await Verify()).Code.ShouldBe(0);

        using (var db = SqliteDb.OpenWriter(Path.Combine(Data, "tenants", "acme", "log.db"), full: true))
            db.Execute(
                "delete from event where position = (select max(position) from event); "
                    + "delete from stream where id not in (select stream from event)"
            );
        (await LadingProgram.Run("audit", "verify", "--data", Data)).Code.ShouldBe(0, "the chain alone is whole");
        var found = await Verify();
        found.Code.ShouldBe(1);
        found.Output.ShouldContain("the tail is missing");

        var text = await File.ReadAllTextAsync(Heads, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Heads, text.Replace("v1 0", "v1 1"), TestContext.Current.CancellationToken);
        (await Verify()).Error.ShouldContain("Line 1");
    }

    [Fact]
    public async Task A_line_that_was_never_finished_is_said_and_the_next_takes_its_place()
    {
        (await LadingProgram.Run("audit", "key", Key)).Code.ShouldBe(0);
        (await LadingProgram.Run("tenant", "create", "acme", "--data", Data)).Code.ShouldBe(0);
        string[] sign = ["audit", "head", "--sign", Key, "--to", Heads, "--data", Data];
        (await LadingProgram.Run(sign)).Code.ShouldBe(0);
        await File.AppendAllTextAsync(Heads, "v1 0198", TestContext.Current.CancellationToken);
        var found = await Verify();
        (found.Code, found.Error.Contains("Line 2")).ShouldBe((0, true), found.Error);

        (await LadingProgram.Run(sign)).Code.ShouldBe(0);
        (await File.ReadAllLinesAsync(Heads, TestContext.Current.CancellationToken)).Length.ShouldBe(2);
        found = await Verify();
        (found.Code, found.Error.Contains("Line")).ShouldBe((0, false), found.Error);

        await File.WriteAllTextAsync(Heads, "a letter", TestContext.Current.CancellationToken);
        var other = await LadingProgram.Run(sign);
        (other.Code, other.Error.Contains("another file")).ShouldBe((1, true), other.Error);
        (await File.ReadAllTextAsync(Heads, TestContext.Current.CancellationToken)).ShouldBe("a letter");
    }

    private Task<Ended> Verify() =>
        LadingProgram.Run("audit", "verify", "--heads", Heads, "--public", Key + ".pub", "--data", Data);
}
