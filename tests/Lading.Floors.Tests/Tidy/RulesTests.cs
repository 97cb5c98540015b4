namespace Lading.Floors.Tests.Tidy;

/// <summary>The rules themselves: each catches what it names and leaves the rest alone.</summary>
public sealed class RulesTests
{
    private static int[] Broken(string rule, string text, string path = "src/Lading.Log/Sample.cs") =>
        Rules.All[rule](SourceFile.Parse(path, text)).Select(v => v.Line).ToArray();

    private static string Lines(int count, string line) => string.Join('\n', Enumerable.Repeat(line, count));

    [Theory]
    [InlineData("wall-clock", "var a = DateTime.UtcNow;")]
    [InlineData("wall-clock", "var a = $\"{DateTimeOffset.Now}\";")]
    [InlineData("blocking", "var a = Load().Result;")]
    [InlineData("blocking", "Use(Load().Result);")]
    [InlineData("blocking", "task.Wait();")]
    [InlineData("sleep", "Thread.Sleep(1);")]
    [InlineData("random-id", "var a = Guid.NewGuid();")]
    [InlineData("region", "  #region Fields")]
    [InlineData("unfinished", "// TODO: later")]
    [InlineData("unfinished", "/* a\n HACK */")]
    [InlineData("name", "public sealed class OrderHelper")]
    [InlineData("name", "internal static class Utils;")]
    [InlineData("name", "public record struct StreamBase(int A);")]
    public void A_rule_catches_what_it_names(string rule, string code) => Broken(rule, code).ShouldNotBeEmpty();

    [Theory]
    [InlineData("wall-clock", "// not DateTime.Now")]
    [InlineData("wall-clock", "var a = \"DateTime.Now\"; var b = clock.UtcNow;")]
    [InlineData("wall-clock", "var a = @\"c:\\\"; // \"; DateTime.Now")]
    [InlineData("blocking", "var a = search.Result;")]
    [InlineData("blocking", "gate.Wait(token);")]
    [InlineData("unfinished", "var hack = \"TODO\"; // Hacksaw")]
    [InlineData("name", "public readonly record struct BaseQuantity(long A);")]
    [InlineData("name", "var m = new UserManager();")]
    [InlineData("machine-path", "client.Get(\"/api/v1/work/\"); // see example.org/tmp/x")]
    public void A_rule_leaves_the_rest_alone(string rule, string code) => Broken(rule, code).ShouldBeEmpty();

    [Fact]
    public void Rules_for_a_place_hold_only_there()
    {
        Broken("delay-in-test", "await Task.Delay(5);", "tests/A/B.cs").ShouldBe([1]);
        Broken("delay-in-test", "await Task.Delay(5);", "src/Lading.Server/B.cs").ShouldBeEmpty();
        Broken("random-id", "Guid.NewGuid();", "src/modules/Lading.Orders/B.cs").ShouldBe([1]);
        Broken("random-id", "Guid.NewGuid();", "src/Lading.Server/B.cs").ShouldBeEmpty();
        Broken("query-name", "http.Request.Query[\"a\"]", "src/modules/Lading.Orders/B.cs").ShouldBe([1]);
        Broken("query-name", "http.Request.Query[name.Name]", "src/Lading.Platform/Http/QueryName.cs").ShouldBeEmpty();
        Broken("machine-path", $"var a = \"{'/'}root/x\";").ShouldBe([1]);
        Broken("name", "class A;", "src/Lading.Log/OrderUtil.cs").ShouldBe([1]);
    }

    [Fact]
    public void Lengths_are_allowed_up_to_their_limit()
    {
        Broken("columns", "a\n" + new string('x', 121)).ShouldBe([2]);
        Broken("columns", new string('x', 120)).ShouldBeEmpty();
        Broken("file-length", Lines(401, "//")).ShouldBe([401]);
        Broken("file-length", Lines(400, "//") + "\n").ShouldBeEmpty();
        Broken("method-length", $"class A\n{{\n[Fact]\nvoid M()\n{{\n{Lines(57, "F();")}\n}}\n}}").ShouldBe([3]);
        Broken("method-length", $"class A\n{{\n[Fact]\nvoid M()\n{{\n{Lines(56, "F();")}\n}}\n}}").ShouldBeEmpty();
    }

    [Fact]
    public void A_method_is_measured_whatever_stands_in_it()
    {
        const string Odd = """"
            namespace N;
            public sealed class A<T>(int size) : B where T : class
            {
                private readonly char brace = '{';
                private static readonly int[] Table = Make(
                    x => { return 1; }
                );
                public int Size { get; } = 5;
                public string M<U>(string s = "{", char c = '\'') where U : struct
                {
                    var a = $"{{ {new { X = "}" }.X} {s,5:0.#}";
                    return s switch { "}" => @"""{", _ => $@"{a}""{{" };
                }
                public int E(int n) => n switch
                {
                    1 => 1,
                    _ => new[] { 2 }.Length,
                };
                public static bool operator ==(A<T> a, A<T> b)
                {
                    return true;
                }
                private enum E { One, Two }
                // { "
                private record R(int A)
                {
                    void Inner() { }
                }
            }
            """";
        var methods = Member.In(SourceFile.Parse("src/A.cs", Odd)).Where(m => m.IsMethod);
        methods.Select(m => (m.FirstLine, m.LastLine)).ShouldBe([(8, 8), (9, 13), (14, 18), (19, 22), (27, 27)]);
    }

    [Fact]
    public void A_raw_string_is_no_code()
    {
        var file = SourceFile.Parse("src/A.cs", "var a = \"\"\"\n  // DateTime.Now \"x\" {\n  \"\"\"; Call();");
        file.Code.ShouldBe(["var a =    ", "                       ", "     ; Call();"]);
        file.Comments.ShouldAllBe(line => line.Trim().Length == 0);
    }
}
