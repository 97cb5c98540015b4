using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;
using Command = System.CommandLine.Command;

namespace Lading.Cli;

/// <summary>A command that shows an example in its help.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, string example)
        : base(name, description) => Example = example;

    public string Example { get; }

    /// <summary>Adds arguments, options and sub-commands in the order in which help shows them.</summary>
    public Verb With(params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
            switch (symbol)
            {
                case Argument argument:
                    Add(argument);
                    break;
                case Option option:
                    Add(option);
                    break;
                case Command command:
                    Add(command);
                    break;
            }

        return this;
    }

    /// <summary>What it does.</summary>
    public Verb Does(Func<ParseResult, CancellationToken, Task<int>> run)
    {
        SetAction(run);
        return this;
    }
}

/// <summary>The program's table of contents, and how every command ends.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command and answers its exit code.</summary>
    public static async Task<int> Run(string[] args)
    {
        var parsed = Build().Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
                Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine($"`{Path(parsed.CommandResult.Command)} --help` shows how it is used.");
            return ExitCode.Usage;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = TryStop(stop);
        try
        {
            var settings = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(settings, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped.");
            return 130;
        }
        catch (Exception fault) when (Code(fault) is { } code)
        {
            Console.Error.WriteLine(fault.Message);
            return code;
        }
        catch (Exception bug)
        {
            Console.Error.WriteLine($"This is a fault of the program, not of yours. Please report it:\n{bug}");
            return ExitCode.Fault;
        }
    }

    /// <summary>The commands, in the order in which help lists them.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Lading: orders, stock and freight on one append-only log.");
        root.Add(UpCommand.Build());
        root.Add(LinkCommand.Build());
        root.Add(ImportCommand.Build());
        root.Add(ExportCommand.Build());
        root.Add(KeyCommands.Build());
        root.Add(KeyRingCommands.Build());
        root.Add(TenantCommands.Build());
        root.Add(IdentityProviderCommands.Build());
        root.Add(EventCommands.Build());
        root.Add(AuditCommands.Build());
        root.Add(ProjectionCommands.Build());
        root.Add(PersonCommands.Build());
        root.Add(DemoCommands.Build());
        root.Add(DbCommands.Build());
        foreach (var command in BackupCommands.Build())
            root.Add(command);
        foreach (var command in PlanningCommands.Build())
            root.Add(command);

        root.Add(WorkCommand.Build());
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    /// <summary>The first Ctrl-C ends the command in good order, the second at once.</summary>
    private static bool TryStop(CancellationTokenSource stop)
    {
        if (stop.IsCancellationRequested)
            return false;
        stop.Cancel();
        return true;
    }

    private static int? Code(Exception fault) =>
        fault switch
        {
            CommandFailed failed => failed.Code,
            DataFolderFault => ExitCode.DataFolder,
            HeadsFault => ExitCode.Bad,
            PortTaken => ExitCode.Port,
            CertificateFault => ExitCode.Usage,
            StoreFault or HttpRequestException or SocketException or IOException => ExitCode.Fault,
            UnauthorizedAccessException => ExitCode.Fault,
            TaskCanceledException => ExitCode.Fault,
            _ => null,
        };

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "lading";

    private sealed class HelpWithExample(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            inner.Invoke(parsed);
            if (parsed.CommandResult.Command is Verb verb)
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"Example:\n  " + $"{verb.Example.ReplaceLineEndings("\n  ")}\n"
                );
            return ExitCode.Done;
        }
    }
}
