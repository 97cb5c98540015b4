using System.Text;
using Lading.Cli.Import;

namespace Lading.Server.Tests;

/// <summary>What a file is, found out before anything of it is used.</summary>
public sealed class TextFileSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Utf8_is_read_with_and_without_its_mark(bool mark)
    {
        var bytes = new UTF8Encoding(mark)
            .GetPreamble()
            .Concat(Encoding.UTF8.GetBytes("order,name\n1,Königsstraße\n"))
            .ToArray();
        var file = TextFile.Examine(folder.File("a.csv", bytes));
        file.Note.ShouldBeNull();
        using var text = file.Open();
        text.ReadToEnd().ShouldBe("order,name\n1,Königsstraße\n");
    }

    [Fact]
    public void A_character_across_two_chunks_is_whole()
    {
        var text = new string('a', 65535) + "ü" + new string('b', 70000) + "€";
        TextFile.Examine(folder.File("a.csv", text)).Note.ShouldBeNull();
    }

    [Fact]
    public void What_is_not_Utf8_is_Windows_1252_and_that_is_said_with_the_row()
    {
        var file = TextFile.Examine(folder.File("a.csv", "order,name\n1,K\u00f6nig\n".Select(c => (byte)c).ToArray()));
        file.Note.ShouldNotBeNull().ShouldContain("row 2 has the byte 0xF6");
        using var text = file.Open();
        text.ReadToEnd().ShouldContain("König");
    }

    [Fact]
    public void Euro_and_quotes_of_Windows_1252_are_read_as_such()
    {
        using var text = TextFile.Examine(folder.File("a.csv", [.. "price\n"u8, 0x80, .. "5\n"u8])).Open();
        text.ReadToEnd().ShouldBe("price\n€5\n");
    }

    [Fact]
    public void What_is_neither_is_refused_with_the_row() =>
        Should
            .Throw<UnreadableFile>(() => TextFile.Examine(folder.File("a.csv", [.. "a\nb\n"u8, 0x81, 0xff])))
            .Message.ShouldContain("row 3 has the byte 0x81");

    [Fact]
    public void A_mapping_that_says_Utf8_is_held_to_it() =>
        Should
            .Throw<UnreadableFile>(() => TextFile.Examine(folder.File("a.csv", [.. "a\n"u8, 0xf6]), "utf-8"))
            .Message.ShouldContain("row 2 has the byte 0xF6");

    [Fact]
    public void An_unknown_encoding_is_refused() =>
        Should
            .Throw<UnreadableFile>(() => TextFile.Examine(folder.File("a.csv", "a\n"), "klingon"))
            .Message.ShouldContain("klingon");

    [Fact]
    public void Utf16_is_known_by_its_mark()
    {
        var bytes = Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("a;b\n")).ToArray();
        using var text = TextFile.Examine(folder.File("a.csv", bytes)).Open();
        text.ReadToEnd().ShouldBe("a;b\n");
    }

    [Fact]
    public void A_gzip_is_unpacked()
    {
        using var text = TextFile.Examine(folder.File("a.csv.gz", TempFolder.Gzip("a,b\n1,2\n"))).Open();
        text.ReadToEnd().ShouldBe("a,b\n1,2\n");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(500)]
    public void A_truncated_gzip_is_refused(int missing)
    {
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{i * 7919 % 10007}\n"));
        var packed = TempFolder.Gzip(lines);
        Should
            .Throw<UnreadableFile>(() => TextFile.Examine(folder.File("a.csv.gz", packed[..^missing])))
            .Message.ShouldContain("no whole gzip file");
    }

    [Fact]
    public void What_is_no_gzip_is_refused() =>
        Should.Throw<UnreadableFile>(() => TextFile.Examine(folder.File("a.csv.gz", "a,b\n")));

    [Fact]
    public void An_empty_file_and_a_missing_one_are_refused()
    {
        Should.Throw<UnreadableFile>(() => TextFile.Examine(folder.File("a.csv", "")));
        Should.Throw<UnreadableFile>(() => TextFile.Examine(Path.Combine(folder.Path, "none.csv")));
    }
}
