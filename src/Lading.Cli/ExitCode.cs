namespace Lading.Cli;

/// <summary>What scripts can trust; documented in docs/reference/exit-codes.md.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It ran and found something bad: rows that were refused, a broken chain, a no.</summary>
    public const int Bad = 1;

    /// <summary>The command line cannot be understood, or names what is not there.</summary>
    public const int Usage = 2;

    /// <summary>The port named is taken.</summary>
    public const int Port = 3;

    /// <summary>The data folder cannot be used: another process runs on it, or it cannot be written.</summary>
    public const int DataFolder = 4;

    /// <summary>The server or the store failed or cannot be reached.</summary>
    public const int Fault = 5;
}

/// <summary>A command ends here, with a message for a person and a code for a script.</summary>
internal sealed class CommandFailed(int code, string message) : Exception(message)
{
    public int Code => code;

    /// <summary>The command line is wrong.</summary>
    public static CommandFailed Usage(string message) => new(ExitCode.Usage, message);
}
