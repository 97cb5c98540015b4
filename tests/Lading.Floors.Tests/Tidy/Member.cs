using System.Text;
using System.Text.RegularExpressions;

namespace Lading.Floors.Tests.Tidy;

/// <summary>A member of a type and the lines it covers, both counted from 1, attributes included.</summary>
internal sealed partial record Member(string Head, int FirstLine, int LastLine)
{
    public int Length => LastLine - FirstLine + 1;

    /// <summary>
    /// Whether it is something that runs: a method, constructor, operator or property. A field, even one that begins
    /// with a long table, and the head of a type are not.
    /// </summary>
    public bool IsMethod => !IsType(Head) && !Initialiser().IsMatch(Head);

    /// <summary>All members of a file, from the inside of every type.</summary>
    public static IEnumerable<Member> In(SourceFile file) => new Reader(file.Code).Read();

    private static bool IsType(string head) => TypeHead().IsMatch(Constraint().Replace(head, ""));

    [GeneratedRegex(@"\b(class|struct|interface|enum|namespace|record)\s+\w|\bextension\s*(<[^>]*>)?\s*\(")]
    private static partial Regex TypeHead();

    [GeneratedRegex(@"\benum\s+\w")]
    private static partial Regex EnumHead();

    [GeneratedRegex(@"\bwhere\s+\w+\s*:.*", RegexOptions.Singleline)]
    private static partial Regex Constraint();

    // An equals sign that neither belongs to an arrow nor to the name of an operator.
    [GeneratedRegex(@"^(?!.*\boperator\b)[^(]*?(?<![=!<>])=(?![=>])", RegexOptions.Singleline)]
    private static partial Regex Initialiser();

    /// <summary>
    /// Walks the code once. A member ends with a semicolon outside all brackets, or with the brace that closes its
    /// body. Braces after an equals sign or an arrow are part of an expression, which ends with the semicolon.
    /// </summary>
    private sealed class Reader(string[] code)
    {
        private readonly StringBuilder head = new();
        private int depth;
        private int first;
        private bool expression;

        public IEnumerable<Member> Read()
        {
            for (var line = 0; line < code.Length; line++)
            {
                if (code[line].TrimStart().StartsWith('#'))
                    continue;
                foreach (var c in code[line])
                {
                    if (Ends(c, line))
                    {
                        yield return new Member(head.ToString().Trim(), first, line + 1);
                        Begin();
                    }
                }

                head.Append(depth == 0 ? "\n" : "");
            }
        }

        private bool Ends(char c, int line)
        {
            if (depth == 0 && string.IsNullOrWhiteSpace(head.ToString()))
                first = line + 1;
            if (depth == 0 && (c == '}' || (c == '{' && OpensType(head.ToString()))))
                Begin();
            else if (depth == 0 && c == ';')
                return true;
            else if (c is ')' or ']' or '}')
                return --depth == 0 && c == '}' && !expression;
            else
                Take(c);
            return false;
        }

        private bool OpensType(string text) => !expression && IsType(text) && !EnumHead().IsMatch(text);

        private void Take(char c)
        {
            if (depth == 0)
            {
                // The name of an operator is not the start of an expression: operator ==(…) { … }.
                var text = head.ToString();
                expression |= c == '=' && (text.Contains('(') || !text.Contains("operator"));
                head.Append(c);
            }

            depth += c is '(' or '[' or '{' ? 1 : 0;
        }

        private void Begin()
        {
            head.Clear();
            expression = false;
        }
    }
}
