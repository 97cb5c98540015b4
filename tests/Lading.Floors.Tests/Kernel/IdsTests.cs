using FsCheck;
using FsCheck.Fluent;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class IdsTests
{
    private static readonly Gen<string> Part = Gen.Elements("a", "b", "é", "/", "\0").ListOf().Select(string.Concat);

    [Fact]
    public void A_command_id_depends_on_where_its_parts_end() =>
        Given.Holds(
            Part.ListOf().Two(),
            pair =>
            {
                var (one, two) = (pair.Item1.ToArray(), pair.Item2.ToArray());
                (CommandId.From(one) == CommandId.From(two)).ShouldBe(one.SequenceEqual(two));
            }
        );

    [Fact]
    public void A_command_id_tells_apart_what_joins_to_the_same_text()
    {
        CommandId.From("a", "bc").ShouldNotBe(CommandId.From("ab", "c"));
        CommandId.From("a", "").ShouldNotBe(CommandId.From("a"));
        CommandId.From("a", "b").ShouldBe(CommandId.From("a", "b"));
        CommandId.From("a").ToString().Length.ShouldBe(32);
    }

    [Fact]
    public void A_stream_name_is_read_back_with_its_kind_and_key() =>
        Given.Holds(
            Gen.Elements("order", "sku", "location"),
            Part.Where(k => k.Length is > 0 and < 150),
            (kind, key) =>
            {
                var name = StreamName.Of(kind, key);
                StreamName.Parse(name.ToString()).ShouldBe(name);
                (name.Kind, name.Key).ShouldBe((kind, key));
            }
        );

    [Theory]
    [InlineData("", "4711")]
    [InlineData("order", "")]
    [InlineData("or/der", "4711")]
    public void A_stream_name_needs_a_kind_and_a_key(string kind, string key) =>
        Should.Throw<ArgumentException>(() => StreamName.Of(kind, key));

    [Theory]
    [InlineData("order")]
    [InlineData("/4711")]
    [InlineData("order/")]
    [InlineData("")]
    public void A_text_that_is_no_stream_name_throws(string text) =>
        Should.Throw<FormatException>(() => StreamName.Parse(text));

    [Fact]
    public void A_stream_name_has_at_most_200_characters()
    {
        StreamName.Of("order", new string('9', 194)).ToString().Length.ShouldBe(StreamName.MaxLength);
        Should.Throw<ArgumentException>(() => StreamName.Of("order", new string('9', 195)));
        default(StreamName).ToString().ShouldBe("");
    }
}
