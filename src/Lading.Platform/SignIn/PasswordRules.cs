using Microsoft.AspNetCore.Identity;

namespace Lading.Platform.SignIn;

/// <summary>
/// What a password must be (NIST SP 800-63B): long, and nothing that guessers try first. At least 15 characters alone,
/// 8 beside a second factor, up to 256; any characters, no rules of composition, compared exactly as typed.
/// </summary>
public sealed class PasswordRules(AccountStore accounts) : IPasswordValidator<Account>
{
    /// <summary>The least where it stands alone.</summary>
    public const int Alone = 15;

    /// <summary>The least beside a second factor.</summary>
    public const int WithSecond = 8;

    /// <summary>The most.</summary>
    public const int Most = 256;

    /// <summary>No word of the lists is longer.</summary>
    private const int Longest = 24;

    /// <summary>Words that guessers put together with others: they count for nothing wherever they stand.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = Read("guessed-words");

    /// <summary>The passwords of breaches by how often they were met (see NOTICE), as <see cref="Plain"/> has them.
    /// Among them are words of the language: one of them counts for nothing, several make a sentence.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Passwords = Read("common-passwords");
    private static readonly string[] Rows =
    [
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qwertzuiop",
        "azertyuiop",
        "qazwsxedcrfvtgbyhnujmikolp",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
        "1q2w3e4r5t6y7u8i9o0p",
        "!@#$%^&*()",
    ];

    /// <inheritdoc />
    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
    {
        var least = accounts.HasSecondFactor(user) ? WithSecond : Alone;
        var wrong = Wrong(password ?? "", least, [user.Email, user.Name]);
        user.LongPassword = Length(password ?? "") >= Alone;
        return Task.FromResult(
            wrong is null
                ? IdentityResult.Success
                : IdentityResult.Failed(new IdentityError { Code = "Password", Description = wrong })
        );
    }

    /// <summary>What is wrong with a password, or null.</summary>
    /// <param name="about">What belongs to the person: no part of it may be most of the password.</param>
    public static string? Wrong(string password, int least, IReadOnlyList<string> about)
    {
        var length = Length(password);
        if (length < least || length > Most)
            return $"A password has {least} to {Most} characters here; a sentence is easy to keep.";
        if (password.Any(char.IsControl))
            return "A password holds no control characters.";
        return IsGuessable(password, about)
            ? "This password is among the first that guessers try. Take several unrelated words."
            : null;
    }

    private static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>
    /// Takes away, from left to right, every guessed word, personal word, keyboard or counting run and repetition, and
    /// then any one common password. What is left must be at least six characters, or four letters in the end: the rest
    /// adds nothing for a guesser.
    /// </summary>
    private static bool IsGuessable(string password, IReadOnlyList<string> about)
    {
        var text = Plain(password);
        var letters = Letters(text);
        var known = about
            .SelectMany(a => Plain(a).Split(' ', '@', '.', '-', '_', '+'))
            .Where(w => w.Length >= 3)
            .ToHashSet(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        if (IsLittle(Left(text, Rest(3))))
            return true;

        // Of a sentence that holds a common password the other words count: "and" within "wander" is chance.
        var rest = Rest(4);
        return PasswordsIn(text, letters)
            .Distinct(StringComparer.Ordinal)
            .Select(p => Left(text, Without(p)))
            .Any(left => IsLittle(left) && left.Count(char.IsLetter) < 4);

        bool[] Rest(int least)
        {
            var left = new bool[text.Length];
            for (var at = 0; at < text.Length; )
            {
                var word = WordAt(text, letters, at, least, known);
                var taken = Math.Max(Math.Max(word, RunAt(text, at)), RepeatAt(text, at));
                left[at] = taken == 0 && text[at] != ' ';
                at += Math.Max(taken, 1);
            }

            return left;
        }

        bool[] Without(string common)
        {
            var left = rest.ToArray();
            for (var at = 0; (at = text.IndexOf(common, at, StringComparison.Ordinal)) >= 0; at += common.Length)
                left.AsSpan(at, common.Length).Clear();
            return left;
        }
    }

    private static bool IsLittle(List<char> left) => left.Count < 6 || left.Distinct().Count() < 4;

    private static List<char> Left(string text, bool[] rest) => [.. text.Where((_, i) => rest[i])];

    private static IEnumerable<string> PasswordsIn(string text, string letters)
    {
        for (var at = 0; at < text.Length; at++)
        for (var length = Math.Min(Longest, text.Length - at); length >= 4; length--)
            if (Passwords.Contains(text.AsSpan(at, length)) || Passwords.Contains(letters.AsSpan(at, length)))
                yield return text.Substring(at, length);
    }

    /// <summary>Lower case, and the usual signs as the letters they stand for.</summary>
    private static string Plain(string text) =>
        string.Concat(
            text.ToLowerInvariant()
                .Select(c =>
                    c switch
                    {
                        '@' => 'a',
                        '$' => 's',
                        '!' => 'i',
                        _ => c,
                    }
                )
        );

    private static int WordAt(
        string text,
        string letters,
        int at,
        int least,
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known
    )
    {
        for (var length = Math.Min(Longest, text.Length - at); length >= least; length--)
        {
            var part = text.AsSpan(at, length);
            if (Words.Contains(part) || known.Contains(part) || Words.Contains(letters.AsSpan(at, length)))
                return length;
        }

        return 0;
    }

    private static string Letters(string text) =>
        text.Replace('0', 'o')
            .Replace('1', 'l')
            .Replace('3', 'e')
            .Replace('4', 'a')
            .Replace('5', 's')
            .Replace('7', 't');

    /// <summary>Three or more in the order of a keyboard row or of counting, forwards or backwards.</summary>
    private static int RunAt(string text, int at)
    {
        var best = 0;
        foreach (var row in Rows)
        foreach (var step in (ReadOnlySpan<int>)[1, -1])
        {
            var place = row.IndexOf(text[at]);
            var length = place < 0 ? 0 : 1;
            while (
                length > 0
                && at + length < text.Length
                && place + step >= 0
                && place + step < row.Length
                && row[place + step] == text[at + length]
            )
                (place, length) = (place + step, length + 1);
            best = Math.Max(best, length);
        }

        return best >= 3 ? best : 0;
    }

    /// <summary>Whatever repeats what stands just before it.</summary>
    private static int RepeatAt(string text, int at)
    {
        for (var period = Math.Min(at, text.Length - at); period >= 1; period--)
            if (string.CompareOrdinal(text, at - period, text, at, period) == 0)
                return period;
        return 0;
    }

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Read(string list)
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream($"signin.{list}.txt")!;
        using var reader = new StreamReader(stream);
        return reader
            .ReadToEnd()
            .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
