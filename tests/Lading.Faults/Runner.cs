using System.Globalization;

namespace Lading.Faults;

/// <summary>Runs the experiments one asks for, each with its controls, and prints a line for each.</summary>
internal static class Runner
{
    private const string Usage = """
        Usage: faults [NAME …] [--seed N] [--minutes M] [--amount N] [--short] [--no-controls]
               faults list
        NAME is an experiment or the beginning of its name; without one, all run. --minutes is the time of each
        experiment (1 unless told), --amount ends it earlier: so many kills, images, operations. --short is the form
        that runs with the tests. Exit code 0: all promises held and every seeded bug was found; 1: one was broken;
        3: one could not be judged; 4: something is missing on this machine.
        """;

    private sealed record Options(List<string> Names, int Seed, double Minutes, long Amount, bool Short, bool Controls);

    public static async Task<int> Run(IReadOnlyList<Experiment> all, string[] args)
    {
        if (args is ["list"])
        {
            foreach (var one in all)
                Console.WriteLine($"{one.Name, -16} {one.Promise}\n{"", -16} controls: {Bugs(one)}");
            return 0;
        }

        if (Read(args) is not { } options || Choose(all, options.Names) is not { } chosen)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        await using var servers = new Servers();
        var worst = Verdict.Ok;
        foreach (var experiment in chosen)
            worst = Worse(worst, await Run(experiment, options, servers));
        return worst switch
        {
            Verdict.Ok => 0,
            Verdict.Violated => 1,
            Verdict.Missing when !Short.InCi => 4,
            _ => 3,
        };
    }

    private static async Task<Verdict> Run(Experiment experiment, Options options, Servers servers)
    {
        var time =
            options.Short ? experiment.Short.Time
            : options.Minutes > 0 ? TimeSpan.FromMinutes(options.Minutes)
            : TimeSpan.MaxValue;
        var trial = new Trial(options.Seed, time, options.Amount, servers);
        var verdict = await Try(trial, experiment.Try, experiment.Patience);
        if (verdict == Verdict.Ok)
            verdict = Weigh(trial, experiment);
        Say(experiment.Name, verdict, trial, options);
        trial.Close(keep: verdict is Verdict.Violated or Verdict.Unknown);
        if (verdict == Verdict.Missing || !options.Controls)
            return verdict;
        foreach (var control in experiment.Controls)
        {
            var limit = TimeSpan.FromSeconds(control.Seconds * (Short.InCi ? 2 : 1));
            var bad = new Trial(options.Seed, limit, long.MaxValue, servers);
            var found = await Try(bad, control.Try, experiment.Patience);
            if (found != Verdict.Violated)
                verdict = Worse(verdict, Verdict.Unknown);
            Console.WriteLine(
                found == Verdict.Violated
                    ? $"  caught {control.Bug} in {bad.Elapsed.TotalSeconds:0.0} s: {bad.Problems[0]}"
                    : $"  MISSED {control.Bug} ({Counts(bad)}): the experiment cannot fail; {bad.HistoryFile}"
            );
            bad.Problems.Where(_ => found == Verdict.Unknown)
                .Take(5)
                .ToList()
                .ForEach(p => Console.WriteLine($"  {p}"));
            bad.Close(keep: found != Verdict.Violated);
        }

        return verdict;
    }

    /// <summary>Whether what went well was enough of a trial.</summary>
    private static Verdict Weigh(Trial trial, Experiment experiment)
    {
        var done = trial.CountOf(experiment.Unit);
        if (done == 0)
            trial.Unclear($"There was no time for any {experiment.Unit}.");
        foreach (var least in experiment.Least)
            if (trial.CountOf(least.Count) is var count && count < Math.Min((long)(least.Share * done), least.Enough))
                trial.Unclear($"{count} {least.Count} in {done} {experiment.Unit} are too few to say.");
        return trial.Verdict;
    }

    /// <summary>Runs it to its end, or until it hangs: then it is left where it is.</summary>
    private static async Task<Verdict> Try(Trial trial, Func<Trial, Task> run, TimeSpan patience)
    {
        var running = Task.Run(() => run(trial));
        using var look = new PeriodicTimer(patience / 100);
        try
        {
            for (var looking = look.WaitForNextTickAsync().AsTask(); ; looking = look.WaitForNextTickAsync().AsTask())
                if (await Task.WhenAny(running, looking) == running)
                    break;
                else if (trial.Hangs(patience))
                    throw new TimeoutException($"It hangs: nothing came of it for {patience.TotalSeconds:0} s.");
            await running;
        }
        catch (MissingHere missing)
        {
            trial.Unclear(missing.Message);
            return Verdict.Missing;
        }
        catch (Exception bug)
        {
            trial.Unclear(bug.ToString());
        }

        return trial.Verdict;
    }

    private static void Say(string name, Verdict verdict, Trial trial, Options options)
    {
        var word = verdict == Verdict.Missing ? "skipped" : verdict.ToString().ToLowerInvariant();
        Console.WriteLine($"{name} {word} seed={trial.Seed} {Counts(trial)} {trial.Elapsed.TotalSeconds:0} s");
        foreach (var line in trial.Remarks.Concat(trial.Problems.Take(20)))
            Console.WriteLine($"  {line}");
        if (verdict is Verdict.Violated or Verdict.Unknown)
            Console.WriteLine($"  history: {trial.HistoryFile}; again: ./lading faults {name} {Again(options)}");
    }

    private static string Again(Options options) =>
        string.Create(CultureInfo.InvariantCulture, $"--seed {options.Seed}")
        + (
            options.Short ? " --short"
            : options.Minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $" --minutes {options.Minutes}")
            : ""
        )
        + (options.Amount < long.MaxValue ? $" --amount {options.Amount}" : "");

    private static string Counts(Trial trial) => string.Join(' ', trial.Counts.Select(c => $"{c.Key}={c.Value}"));

    private static string Bugs(Experiment one) =>
        one.Controls.Count == 0 ? "none" : string.Join(", ", one.Controls.Select(c => c.Bug));

    private static Verdict Worse(Verdict one, Verdict other) => Rank(other) > Rank(one) ? other : one;

    private static int Rank(Verdict verdict) =>
        verdict switch
        {
            Verdict.Ok => 0,
            Verdict.Missing => 1,
            Verdict.Unknown => 2,
            _ => 3,
        };

    private static List<Experiment>? Choose(IReadOnlyList<Experiment> all, List<string> names)
    {
        bool Named(Experiment one, string name) =>
            one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || one.Name.StartsWith(name + ".", StringComparison.OrdinalIgnoreCase);
        foreach (var name in names.Where(name => !all.Any(one => Named(one, name))))
        {
            Console.Error.WriteLine($"There is no experiment {name}.");
            return null;
        }

        return [.. all.Where(one => names.Count == 0 || names.Any(name => Named(one, name)))];
    }

    private static Options? Read(string[] args)
    {
        var options = new Options([], Random.Shared.Next(), 0, long.MaxValue, false, true);
        for (var i = 0; i < args.Length; i++)
            switch (args[i])
            {
                case "--short":
                    options = options with { Short = true };
                    break;
                case "--no-controls":
                    options = options with { Controls = false };
                    break;
                case "--seed" when i + 1 < args.Length && int.TryParse(args[++i], out var seed):
                    options = options with { Seed = seed };
                    break;
                case "--amount" when i + 1 < args.Length && long.TryParse(args[++i], out var amount) && amount > 0:
                    options = options with { Amount = amount };
                    break;
                case "--minutes" when i + 1 < args.Length && Minutes(args[++i]) is { } minutes:
                    options = options with { Minutes = minutes };
                    break;
                case var name when !name.StartsWith('-'):
                    options.Names.Add(name);
                    break;
                default:
                    return null;
            }

        return options is { Minutes: 0, Amount: long.MaxValue } ? options with { Minutes = 1 } : options;
    }

    private static double? Minutes(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes) && minutes > 0
            ? minutes
            : null;
}
