using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;

namespace Lading.Cli;

/// <summary>Opens the files of <c>lading solve</c> and <c>lading verify routes</c>; a file that cannot be opened or
/// read as a problem ends with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class RouteFiles(TextWriter output, TextWriter refusals)
{
    public int Solve(
        SolveCommand command,
        string file,
        DistanceRounding? rounding,
        string? to,
        TimeProvider clock,
        CancellationToken stop
    )
    {
        if (RoutingCommand.Refuse(command) is { } fault)
        {
            refusals.WriteLine(fault);
            return ExitCode.Usage;
        }
        if (Problem(file, rounding) is not { } problem || !CanWrite(to))
            return ExitCode.Usage;
        Func<TextWriter>? routes = to is null ? null : () => new StreamWriter(to);
        return RoutingCommand.Solve(command, problem, output, routes, clock, stop);
    }

    public int Verify(string file, DistanceRounding? rounding, string solution) =>
        Problem(file, rounding) is { } problem && Text(solution) is { } text
            ? RoutingCommand.Verify(problem, text, output)
            : ExitCode.Usage;

    /// <summary>Asked before the search, not after it. What the file holds already is left alone until then.</summary>
    private bool CanWrite(string? path)
    {
        try
        {
            using var opened = path is null ? null : new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            refusals.WriteLine($"{path}: {fault.Message} (routing.file)");
            return false;
        }
    }

    private string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            refusals.WriteLine($"{path}: {fault.Message} (routing.file)");
            return null;
        }
    }

    private RoutingProblem? Problem(string path, DistanceRounding? rounding)
    {
        if (Text(path) is not { } text)
            return null;
        if (RoutingFiles.TryRead(text, rounding, out var problem, out var refusal))
            return problem;
        refusals.WriteLine($"{path}: {refusal}");
        return null;
    }
}
