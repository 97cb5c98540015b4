using Spectre.Console;

namespace Lading.Cli;

/// <summary>A progress bar on standard error, where a person looks on; silent when that is a file or a pipe.</summary>
internal sealed class Progress : IDisposable
{
    private readonly TaskCompletionSource ended = new();
    private readonly Task drawing;
    private ProgressTask? task;

    /// <param name="open">Whether nobody knows how much there is: the bar says that work goes on, and for how
    /// long.</param>
    public Progress(string what, bool open = false)
    {
        if (Console.IsErrorRedirected || !Environment.UserInteractive)
        {
            drawing = Task.CompletedTask;
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var ready = new TaskCompletionSource();
        drawing = Task.Run(() =>
            console
                .Progress()
                .AutoClear(true)
                .Columns(
                    new TaskDescriptionColumn(),
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new ElapsedTimeColumn(),
                    new SpinnerColumn()
                )
                .StartAsync(async context =>
                {
                    task = context.AddTask(Markup.Escape(what));
                    task.IsIndeterminate = open;
                    ready.SetResult();
                    await ended.Task;
                })
        );
        _ = Task.WhenAny(ready.Task, drawing).GetAwaiter().GetResult();
    }

    /// <summary>How far it is.</summary>
    public void Report(long done, long of)
    {
        if (task is null)
            return;
        task.MaxValue = Math.Max(1, of);
        task.Value = done;
    }

    /// <summary>Says what is done now.</summary>
    public void Say(string what)
    {
        if (task is not null)
            task.Description = Markup.Escape(what);
    }

    /// <summary>Takes the bar away.</summary>
    public void Done()
    {
        ended.TrySetResult();
        drawing.GetAwaiter().GetResult();
    }

    public void Dispose() => Done();
}
