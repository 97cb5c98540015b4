using System.Globalization;

namespace Lading.Optimization.Picking;

/// <summary>Reads a text file line by line and names the line in every refusal.</summary>
internal sealed class InstanceLines(TextReader reader, string name)
{
    private int _number;

    /// <summary>The next line that is not blank, or null at the end.</summary>
    public string? TryNext()
    {
        while (reader.ReadLine() is { } line)
        {
            _number++;
            if (!string.IsNullOrWhiteSpace(line))
                return line.Trim();
        }
        return null;
    }

    public string Next(string field) =>
        TryNext()
        ?? throw new OptimizationInputException($"{name} after line {_number}", "the end", $"it lacks {field}");

    /// <summary>The numbers of the next line; at least <paramref name="count"/> must be there.</summary>
    public double[] Numbers(string field, int count)
    {
        var line = Next(field);
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < count)
            throw Refused(line, $"give {count} numbers: {field}");
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
            numbers[i] = Number(words[i], field);
        return numbers;
    }

    public double Number(string text, string field)
    {
        if (
            !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number)
        )
            throw Refused(text, $"give a number for {field}");
        return number;
    }

    public int Count(double number, string field, int most)
    {
        if (number != Math.Floor(number) || number < 0 || number > most)
            throw Refused(number, $"give a whole number from 0 to {most} for {field}");
        return (int)number;
    }

    public OptimizationInputException Refused(object value, string remedy) =>
        new($"{name} line {_number}", value, remedy);
}
