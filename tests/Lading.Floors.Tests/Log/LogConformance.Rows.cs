using FsCheck;
using FsCheck.Fluent;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>Row changes merged over any split into batches give the rows a plain dictionary would hold.</summary>
public abstract partial class LogConformance
{
    private enum RowAct
    {
        Set,
        Add,
        Delete,
        Make,
        SetText,
    }

    private static readonly Column RowKey = Column.Text("k");
    private static readonly Column RowNumber = Column.Integer("n");
    private static readonly Column RowText = Column.Text("t");
    private static readonly Table RowTable = new(
        "test_rows",
        [RowKey, new Column("k2", ColumnType.Integer)],
        [RowNumber, RowText]
    );

    private sealed record RowStep(RowAct Act, int Key, int By, bool Cut);

    [Fact]
    public async Task Merged_row_changes_equal_a_model_however_they_are_batched()
    {
        var script = new List<RowStep>();
        var model = new LogModel();
        model.Events.Add("test.counter-moved.v2", TestJson.Default.CounterMoved);
        model.Add(new StreamKind<Counter>("counter", _ => new Counter(0, 0), (s, _) => s));
        model.Add(
            Projection.Of(
                "test-rows",
                1,
                ProjectionMode.Inline,
                [RowTable],
                [typeof(CounterMoved)],
                (f, rows) => Apply(script[(int)((CounterMoved)f.Fact).By], rows)
            )
        );
        var gen =
            from act in Gen.Elements(Enum.GetValues<RowAct>())
            from key in Gen.Choose(0, 3)
            from amount in Gen.Choose(-5, 5)
            from cut in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
            select new RowStep(act, key, amount, cut);
        foreach (var steps in Gen.Sample(Gen.ListOf(gen), 60, 40))
            await CheckRows(model, script, [.. steps]);
    }

    private async Task CheckRows(LogModel model, List<RowStep> script, List<RowStep> steps)
    {
        script.Clear();
        script.AddRange(steps);
        var tenant = new TenantId(Guid.CreateVersion7());
        var expected = new SortedDictionary<(string, long), (long N, string? T)>();
        await using (
            var log = await TenantLog.Open(
                new TenantLogParts(
                    tenant,
                    model,
                    provider.OpenLog(tenant),
                    provider.OpenFollowers(tenant),
                    new KeepPlain(),
                    new FakeClock(),
                    new CommitterOptions()
                )
                {
                    Follow = false,
                    React = false,
                }
            )
        )
        {
            for (var from = 0; from < steps.Count; )
            {
                var to = from + 1;
                while (to < steps.Count && !steps[to - 1].Cut)
                    to++;
                var (first, end) = (from, to);
                await log.Send(
                    new Command
                    {
                        Id = CommandId.From($"{from}"),
                        Fingerprint = 1,
                        Actor = "test",
                        Streams = [C("r")],
                        Decide = on =>
                        {
                            for (var i = first; i < end; i++)
                                on.Append(C("r"), new CounterMoved(i, ""));
                            return null;
                        },
                    }
                );
                from = to;
            }

            foreach (var step in steps)
                Model(step, expected);
            var rows = await log.Inline.Query(
                "select k, k2, n, t from test_rows order by k, k2",
                r => ((r.Text(0)!, r.Integer(1)), (r.Integer(2), r.Text(3))),
                default
            );
            rows.ShouldBe(expected.Select(e => (e.Key, (e.Value.N, e.Value.T))), string.Join("; ", steps));
        }
    }

    private static (string, long) KeyOf(RowStep step) => (step.Key % 2 == 0 ? "" : "k", step.Key / 2);

    private static void Apply(RowStep step, Rows rows)
    {
        var (k, k2) = KeyOf(step);
        if (step.Act == RowAct.Delete)
        {
            rows.Delete(RowTable, k, k2);
            return;
        }

        var row = rows.Row(RowTable, k, k2);
        if (step.Act == RowAct.Set)
            row.Set(RowNumber, step.By);
        else if (step.Act == RowAct.Add)
            row.Add(RowNumber, step.By);
        else if (step.Act == RowAct.SetText)
            row.Set(RowText, TextOf(step));
    }

    private static string? TextOf(RowStep step) =>
        step.By < -2 ? null
        : step.By < 0 ? ""
        : $"t{step.By}";

    private static void Model(RowStep step, SortedDictionary<(string, long), (long N, string? T)> rows)
    {
        var key = KeyOf(step);
        if (step.Act == RowAct.Delete)
        {
            rows.Remove(key);
            return;
        }

        var (n, t) = rows.GetValueOrDefault(key);
        rows[key] = step.Act switch
        {
            RowAct.Set => (step.By, t),
            RowAct.Add => (n + step.By, t),
            RowAct.SetText => (n, TextOf(step)),
            _ => (n, t),
        };
    }

    private sealed class KeepPlain : IPersonalCipher
    {
        public byte[] Seal(string subject, string place, string text) => System.Text.Encoding.UTF8.GetBytes(text);

        public string? Open(string subject, string place, byte[] sealedBytes) =>
            System.Text.Encoding.UTF8.GetString(sealedBytes);
    }
}
