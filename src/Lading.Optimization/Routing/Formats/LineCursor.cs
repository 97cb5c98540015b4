using System.Globalization;

namespace Lading.Optimization.Routing.Formats;

/// <summary>Carries a refusal out of a reader; never leaves <see cref="RoutingFiles"/>.</summary>
internal sealed class RefusedException(RoutingRefusal refusal) : Exception(refusal.Message)
{
    public RoutingRefusal Refusal => refusal;
}

/// <summary>The line that gave <c>list[index].member</c> of the problem; index -1 is the list as a whole.</summary>
internal delegate int FieldLines(string list, int index, string member);

/// <summary>Lines of a benchmark file split at blanks, with the number of the current one for refusals.</summary>
internal sealed class LineCursor(TextReader reader)
{
    private static readonly char[] Blanks = [' ', '\t', '\r', ','];
    private static readonly char[] Spaces = [' ', '\t', '\r'];

    public int Line { get; private set; }

    public string Text { get; private set; } = "";

    public string[] Fields { get; private set; } = [];

    /// <summary>Moves to the next line that is not blank; false at the end.</summary>
    public bool Next()
    {
        while (reader.ReadLine() is { } text)
        {
            Line++;
            Text = text.Trim();
            Fields = Text.Split(Spaces, StringSplitOptions.RemoveEmptyEntries);
            if (Fields.Length > 0)
            {
                return true;
            }
        }
        Line++;
        (Text, Fields) = ("", []);
        return false;
    }

    public string[] FieldsAndCommas() => Text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    public RefusedException Refused(string code, string field, string message) =>
        new(new RoutingRefusal("routing." + code, message, field, Line));

    public void Need(int fields, string what)
    {
        if (Fields.Length < fields)
        {
            throw Refused("missing-field", what, $"{Fields.Length} fields where {fields} are needed");
        }
    }

    public double Number(int at, string field) => Number(Fields[at], field);

    public double Number(string text, string field)
    {
        if (
            !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            || !double.IsFinite(value)
        )
        {
            throw Refused("not-a-number", field, $"'{text}' is not a finite number");
        }
        return value;
    }

    public int Whole(int at, string field) => Whole(Fields[at], field);

    public int Whole(string text, string field)
    {
        double value = Number(text, field);
        if (value != Math.Floor(value) || Math.Abs(value) > RoutingLimits.Horizon)
        {
            throw Refused("not-a-whole-number", field, $"'{text}' is not a whole number in range");
        }
        return (int)value;
    }

    /// <summary>A time or distance of the file in units of the problem.</summary>
    public int Scaled(int at, string field, double scale)
    {
        double value = Math.Round(Number(at, field) * scale);
        if (value < 0 || value > RoutingLimits.Horizon)
        {
            throw Refused("out-of-range", field, $"'{Fields[at]}' is outside 0 to {RoutingLimits.Horizon / scale}");
        }
        return (int)value;
    }
}
