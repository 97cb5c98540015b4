using Lading.Platform.SignIn;

namespace Lading.Http.Tests.SignIn;

/// <summary>What guessers try first is refused, however it is dressed up; what they cannot know is not.</summary>
public class PasswordRulesTests
{
    private static readonly string[] Nouns =
    [
        .. (
            "anvil barley cellar drizzle easel fennel gravel harbour inkwell juniper kiln lantern mortar nettle osier "
            + "parsnip quarry rafter saddle thimble umbrella velvet walnut yarrow zither bramble cobble dormouse"
        ).Split(' '),
    ];

    [Fact]
    public void The_list_is_of_tens_of_thousands() => Listed().Count.ShouldBeGreaterThan(30_000);

    [Theory]
    [InlineData("passwordpassword", false)]
    [InlineData("P@ssw0rd12345678", false)]
    [InlineData("qwertyuiopasdfgh", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("abcabcabcabcabcabc", false)]
    [InlineData("123456789012345", false)]
    [InlineData("olive.owner@x.example", false)]
    [InlineData("letmeinletmein2026", false)]
    [InlineData("short one", false)]
    [InlineData("seven green lanterns wander", true)]
    [InlineData("five silver kettles hum", true)]
    [InlineData("three copper anchors sing", true)]
    [InlineData("summerPassword2026", false)]
    [InlineData("zkfm-wtqe-plxu-vrny", true)]
    [InlineData("Ῥόδον ἐν κήπῳ λευκόν", true)]
    public void A_password_is_long_and_not_among_the_first_guesses(string password, bool fits) =>
        (PasswordRules.Wrong(password, PasswordRules.Alone, ["olive.owner@x.example", "Olive Owner"]) is null).ShouldBe(
            fits
        );

    [Fact]
    public void Sixty_four_characters_and_more_are_allowed() =>
        PasswordRules
            .Wrong(string.Concat(Enumerable.Range(0, 30).Select(i => $"w{i * 37 % 91}x")), PasswordRules.Alone, [])
            .ShouldBeNull();

    [Fact]
    public void The_most_common_are_refused_in_any_case_and_with_what_people_put_behind()
    {
        var common = Listed().Where(w => w.Length >= PasswordRules.WithSecond).Take(3_000).ToList();
        common.Count.ShouldBe(3_000);
        var let = common.SelectMany(Dressed).Where(w => Wrong(w, PasswordRules.WithSecond) is null);
        let.ShouldBeEmpty();
    }

    [Fact]
    public void The_most_common_are_refused_when_they_are_drawn_out_to_stand_alone() =>
        Listed()
            .Take(3_000)
            .SelectMany(w => (string[])[$"{w}{w}{w}{w}", $"Qwertyuiop!{w}"])
            .Where(w => w.Length >= PasswordRules.Alone && Wrong(w, PasswordRules.Alone) is null)
            .ShouldBeEmpty();

    [Fact]
    public void Unrelated_words_and_random_characters_are_let_through()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var words = string.Join(' ', random.GetItems(Nouns, 5).Distinct());
            if (words.Length >= PasswordRules.Alone)
                Wrong(words, PasswordRules.Alone).ShouldBeNull(words);
            var signs = new string(random.GetItems<char>("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789", 16));
            Wrong(signs, PasswordRules.Alone).ShouldBeNull(signs);
        }
    }

    [Fact]
    public void The_list_stands_as_the_rule_compares() =>
        Listed()
            .Where(w => w.Length is < 4 or > 24 || w != w.ToLowerInvariant() || w.Any("@$!".Contains))
            .ShouldBeEmpty();

    private static string? Wrong(string password, int least) => PasswordRules.Wrong(password, least, []);

    private static IEnumerable<string> Dressed(string word) =>
        [word.ToUpperInvariant(), $"{char.ToUpperInvariant(word[0])}{word[1..]}1!", $"{word}2026"];

    private static List<string> Listed()
    {
        using var list = typeof(PasswordRules).Assembly.GetManifestResourceStream("signin.common-passwords.txt")!;
        using var reader = new StreamReader(list);
        return [.. reader.ReadToEnd().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];
    }
}
