using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Lading.Platform.Http;

namespace Lading.Platform.SignIn;

/// <summary>
/// What may be an address and what a name. An address is ASCII, so that no two look alike and are not; a name may be in
/// any script, but holds nothing invisible, and no word of it mixes scripts whose letters look alike.
/// </summary>
public static partial class Names
{
    /// <summary>The address as it is kept: trimmed, lower case; null when it is none.</summary>
    public static string? Email(string text)
    {
        var email = text.Trim().ToLowerInvariant();
        return email.Length <= 254 && EmailShape().IsMatch(email) ? email : null;
    }

    /// <summary>Notes what is wrong with an address; the value is personal, so it is not repeated.</summary>
    public static string Email(Checks checks, string field, string text)
    {
        var email = Email(text);
        checks.That(
            email is not null,
            field,
            null,
            "An e-mail address has letters, digits and signs of ASCII, an @ and a domain, at most 254 characters.",
            "Write a domain in another script in its xn-- form."
        );
        return email ?? "";
    }

    /// <summary>Notes what is wrong with a name; it is personal, so it is not repeated.</summary>
    public static string Name(Checks checks, string field, string text)
    {
        var name = text.Trim();
        checks.That(
            name.Length is >= 1 and <= 100,
            field,
            null,
            "A name has 1 to 100 characters.",
            "Give what people call you."
        );
        checks.That(
            IsPlain(name),
            field,
            null,
            "A name holds letters, marks, digits, spaces and . ' ’ - , ( ) alone.",
            "Leave out control, invisible and direction characters, line ends and pictures."
        );
        checks.That(
            !MixesScripts(name),
            field,
            null,
            "A word of the name mixes scripts whose letters look alike.",
            "Write each word in one script."
        );
        return name;
    }

    private static bool IsPlain(string name)
    {
        foreach (var rune in name.EnumerateRunes())
        {
            var fits = Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.UppercaseLetter
                or UnicodeCategory.LowercaseLetter
                or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter
                or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.DecimalDigitNumber => true,
                _ => rune.Value is ' ' or '.' or '\'' or 0x2019 or '-' or ',' or '(' or ')',
            };
            if (!fits)
                return false;
        }

        return !name.Contains('\uFFFD');
    }

    private static bool MixesScripts(string name)
    {
        foreach (var word in name.Split(' ', '-', '.', ','))
        {
            var scripts = word.Select(ScriptOf).Where(s => s > 0).Distinct().Count();
            if (scripts > 1)
                return true;
        }

        return false;
    }

    /// <summary>Latin, Greek, Cyrillic, Armenian, Cherokee and their kin: the scripts that can be taken for each
    /// other.</summary>
    private static int ScriptOf(char c) =>
        c switch
        {
            (>= 'A' and <= 'Z')
            or (>= 'a' and <= 'z')
            or (>= '\u00C0' and <= '\u024F' and not ('\u00D7' or '\u00F7'))
            or (>= '\u1E00' and <= '\u1EFF')
            or (>= '\uFF21' and <= '\uFF5A') => 1,
            (>= '\u0370' and <= '\u03FF') or (>= '\u1F00' and <= '\u1FFF') => 2,
            >= '\u0400' and <= '\u052F' => 3,
            >= '\u0530' and <= '\u058F' => 4,
            (>= '\u13A0' and <= '\u13FF') or (>= '\uAB70' and <= '\uABBF') => 5,
            _ => 0,
        };

    [GeneratedRegex(
        @"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
            + @"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex EmailShape();
}
