namespace Lading.Floors.Tests.Tidy;

/// <summary>
/// A source file as the rules see it: line by line, whole, and split into code (comments, strings and character
/// literals blanked) and comments (all else blanked). All three have the same lines and columns.
/// </summary>
internal sealed record SourceFile(string Path, string[] Lines, string[] Code, string[] Comments)
{
    /// <summary>Splits a text; <paramref name="path"/> is relative to the root, with slashes.</summary>
    public static SourceFile Parse(string path, string text)
    {
        text = text.ReplaceLineEndings("\n");
        var (code, comments) = new Splitter(text).Split();
        return new SourceFile(path, LinesOf(text), LinesOf(code), LinesOf(comments));
    }

    /// <summary>The file's name without folder and ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    private static string[] LinesOf(string text) => text.TrimEnd('\n').Split('\n');

    /// <summary>Walks the text once; knows every form of comment, string and character, holes included.</summary>
    private sealed class Splitter(string text)
    {
        private readonly char[] code = Blank(text);
        private readonly char[] comments = Blank(text);
        private int at;

        public (string Code, string Comments) Split()
        {
            Code(inHole: false);
            return (new string(code), new string(comments));
        }

        private static char[] Blank(string text) => text.Select(c => c == '\n' ? '\n' : ' ').ToArray();

        private bool Sees(string token) => string.CompareOrdinal(text, at, token, 0, token.Length) == 0;

        /// <summary>Code up to the end of the text, or to the brace that ends the hole.</summary>
        private void Code(bool inHole)
        {
            for (var depth = 0; at < text.Length; )
            {
                if (inHole && depth == 0 && text[at] == '}')
                    return;
                depth += text[at] switch
                {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                if (Sees("//"))
                    Comment(text.IndexOf('\n', at));
                else if (Sees("/*"))
                    Comment(text.IndexOf("*/", at, StringComparison.Ordinal) + 2);
                else if (text[at] == '\'')
                    Character();
                else if (text[at] is '"' or '$' or '@')
                    Text();
                else
                    code[at] = text[at++];
            }
        }

        private void Comment(int end)
        {
            for (var stop = end < at ? text.Length : end; at < stop; at++)
                comments[at] = text[at];
        }

        private void Character()
        {
            var close = at + 1 < text.Length && text[at + 1] == '\\' ? text.IndexOf('\'', at + 3) : at + 2;
            var closes = close > 0 && close < text.Length && close - at < 12 && text[close] == '\'';
            at = closes ? close + 1 : at + 1;
        }

        private void Text()
        {
            var start = at;
            while (at < text.Length && text[at] is '$' or '@')
                at++;
            var prefix = text[start..at];
            if (at == text.Length || text[at] != '"')
                return;
            var quotes = 0;
            while (at + quotes < text.Length && text[at + quotes] == '"')
                quotes++;
            if (quotes >= 3 && !prefix.Contains('@'))
                Raw(new string('"', quotes));
            else
                Quoted(verbatim: prefix.Contains('@'), interpolated: prefix.Contains('$'));
        }

        private void Raw(string fence)
        {
            var close = text.IndexOf(fence, at + fence.Length, StringComparison.Ordinal);
            at = close < 0 ? text.Length : close + fence.Length;
        }

        private void Quoted(bool verbatim, bool interpolated)
        {
            for (at++; at < text.Length && (text[at] != '"' || (verbatim && Sees("\"\""))); at++)
            {
                if ((verbatim && text[at] == '"') || (!verbatim && text[at] == '\\') || (interpolated && Sees("{{")))
                    at++;
                else if (interpolated && text[at] == '{')
                    Hole();
            }

            at++;
        }

        private void Hole()
        {
            at++;
            Code(inHole: true);
        }
    }
}
