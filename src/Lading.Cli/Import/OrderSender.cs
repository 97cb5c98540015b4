using System.Text.Json;
using System.Text.RegularExpressions;
using Lading.Orders;
using Lading.Platform.Http;

namespace Lading.Cli.Import;

/// <summary>
/// Places the orders of a file in batches, several at a time, so that the server always has more than a thousand
/// commands waiting. An order that is there already is compared with what the source last had: the same is passed over,
/// another is reported or, when asked, changed. The file that placed it is compared only when what was changed since is
/// to be as in the file.
/// </summary>
internal sealed partial class OrderSender(
    ImportTarget target,
    Mapping mapping,
    RowErrors errors,
    Tally tally,
    OrderOptions options
)
{
    private const int OrdersInBatch = 500;
    private const int LinesInBatch = 20_000;
    private const int BatchesAtOnce = 6;
    private const int MostTries = 20;
    private long sent;

    /// <summary>Places all.</summary>
    public async Task Send(IReadOnlyList<PlannedOrder> orders, Action<long> progress, CancellationToken stop)
    {
        var pace = new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(
            Batches(orders),
            pace,
            async (batch, cancelled) =>
            {
                await SendBatch(batch, cancelled);
                progress(Interlocked.Add(ref sent, batch.Sum(o => o.LineRows.Length)));
            }
        );
    }

    private static IEnumerable<List<PlannedOrder>> Batches(IReadOnlyList<PlannedOrder> orders)
    {
        var batch = new List<PlannedOrder>(OrdersInBatch);
        var lines = 0;
        foreach (var order in orders)
        {
            batch.Add(order);
            lines += order.LineRows.Length;
            if (batch.Count < OrdersInBatch && lines < LinesInBatch)
                continue;
            yield return batch;
            (batch, lines) = (new List<PlannedOrder>(OrdersInBatch), 0);
        }

        if (batch.Count > 0)
            yield return batch;
    }

    private async Task SendBatch(List<PlannedOrder> batch, CancellationToken stop)
    {
        for (var tries = 1; batch.Count > 0; tries++)
        {
            var results = await Post(batch, stop);
            var again = new List<PlannedOrder>();
            for (var i = 0; i < batch.Count; i++)
            {
                if (ImportTarget.IsForLater(results[i].Status, results[i].Problem?.Code) && tries < MostTries)
                    again.Add(batch[i]);
                else
                    await Settle(batch[i], results[i], stop);
            }

            batch = again;
        }
    }

    private async Task<List<BatchResult>> Post(List<PlannedOrder> batch, CancellationToken stop)
    {
        using var body = new MemoryStream();
        foreach (var order in batch)
        {
            body.Write(JsonSerializer.SerializeToUtf8Bytes(order.Request, OrdersHttp.Default.BatchOrder));
            body.WriteByte((byte)'\n');
        }

        var answer = await target.Api.PostLines(
            "/api/v1/orders/batch",
            $"import {mapping.Source}",
            body.ToArray(),
            stop
        );
        var results = new List<BatchResult>(batch.Count);
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            results.Add(JsonSerializer.Deserialize(line, AnswersJson.Default.BatchResult)!);
        return results.Count == batch.Count
            ? results
            : throw new CommandFailed(
                ExitCode.Fault,
                $"The server answered {results.Count} of {batch.Count} orders. "
                    + $"Run the import again: nothing is doubled."
            );
    }

    private async Task Settle(PlannedOrder order, BatchResult result, CancellationToken stop)
    {
        if (result.Status == 201 && !(result.Replayed == true && options.Update))
        {
            tally.Add(result.Replayed == true ? "orders there" : "orders");
            tally.Add(result.Replayed == true ? "lines there" : "lines", order.LineRows.Length);
        }
        else if (result.Status == 201 || result.Problem?.Code is "orders.order-exists" or "idempotency-key.reused")
        {
            await Compare(order, stop);
        }
        else
        {
            Note(order, result);
        }
    }

    /// <summary>Each problem goes to the row and the column it comes from.</summary>
    private void Note(PlannedOrder order, BatchResult result)
    {
        tally.Add("orders refused");
        tally.Add("lines refused", order.LineRows.Length);
        var problem = result.Problem!;
        if (problem.Errors is not { Count: > 0 } all)
        {
            errors.Add(order.Row, Column(problem.Field), problem.Value, problem.Detail, problem.Remedy);
            return;
        }

        foreach (var one in all)
            errors.Add(RowOf(order, one.Field), Column(one.Field), one.Value, one.Message, Remedy(one));
    }

    /// <summary>Of a SKU or customer that nobody knows, what this command can do about it.</summary>
    private string? Remedy(FieldProblem problem) =>
        !options.CreateMissing
        && problem.Message.Contains("no such ", StringComparison.Ordinal)
        && (problem.Field == "customer" || problem.Field.EndsWith(".sku", StringComparison.Ordinal))
            ? "Say --create-missing to register what the orders name, or import it first."
            : problem.Remedy;

    private static int RowOf(PlannedOrder order, string field)
    {
        var at = Place().Match(field);
        if (!at.Success || !int.TryParse(at.Groups[2].ValueSpan, out var index))
            return order.Row;
        var rows = at.Groups[1].Value == "lines" ? order.LineRows : order.ServiceRows;
        return index < rows.Length ? rows[index] : order.Row;
    }

    private string Column(string? field)
    {
        if (field is null)
            return "";
        var name = Place().Replace(field, "").TrimStart('.');
        name = name is "" ? field : name.Split('.')[0];
        return mapping.Columns.GetValueOrDefault(name) ?? mapping.Lines?.Columns.GetValueOrDefault(name) ?? name;
    }

    private async Task Compare(PlannedOrder order, CancellationToken stop)
    {
        var path = $"/api/v1/orders/{Uri.EscapeDataString(order.Request.Order!)}";
        var replies = await Task.WhenAll(
            target.Api.Call(HttpMethod.Get, path + "/placed", null, null, stop),
            target.Api.Call(HttpMethod.Get, path, null, null, stop)
        );
        if (replies.FirstOrDefault(r => !r.IsGood) is { } bad)
        {
            target.Note(bad.Json, order.Row, f => f);
            return;
        }

        var placed = replies[0].Json.Deserialize(AnswersJson.Default.PlacedView)!;
        var there = replies[1].Json.Deserialize(AnswersJson.Default.OrderView)!;
        var (changed, removed) = OrderDifference.Lines(placed, order);
        var others = OrderDifference.Others(placed, there, order).ToList();
        foreach (var other in others)
            Note(other);
        var lines = changed.Count + removed.Count;
        if (others.Count > 0 || (lines > 0 && !options.Update))
            tally.Add("orders differ");
        if (lines > 0 && options.Update)
        {
            await Change(order, path, changed, removed, stop);
        }
        else if (lines > 0)
        {
            errors.Add(
                order.Row,
                Column("order"),
                order.Request.Order,
                $"The order is there and differs in {lines} lines: {Lines(changed, removed)}.",
                "Say --update to change it as the file has it."
            );
        }
        else if (others.Count == 0)
        {
            tally.Add("orders there");
            tally.Add("lines there", order.LineRows.Length);
        }
    }

    /// <summary>What no command changes in an order that is placed.</summary>
    private void Note(OtherValue other)
    {
        var column = other.IsCharge
            ? mapping.OrderCharges.GetValueOrDefault(other.Field) ?? Column("sku")
            : Column(other.Field);
        errors.Add(
            other.Row,
            column,
            other.File,
            $"The order's {(other.IsCharge ? "charge " : "")}{other.Field} is {other.There ?? "not there"}, and the "
                + $"file has {other.File ?? "none"}.",
            "--update changes lines only: write in the file what is there, or cancel the order and place it under "
                + "another number."
        );
    }

    /// <summary>Under a key of its own: what is as the file has it is not changed again, whatever it was in
    /// between.</summary>
    private async Task Change(
        PlannedOrder order,
        string path,
        List<LineRequest> changed,
        List<string> removed,
        CancellationToken stop
    )
    {
        var request = new ChangeLinesRequest
        {
            Lines = changed,
            Remove = removed,
            Reason = $"import:{mapping.Source}",
        };
        var body = JsonSerializer.Serialize(request, OrdersHttp.Default.ChangeLinesRequest);
        var reply = await target.Send(path + "/lines", body, $"update {Guid.NewGuid()}", stop);
        if (reply.IsGood)
            tally.Add("orders updated");
        else
            target.Note(reply.Json, order.Row, Column);
    }

    private static string Lines(List<LineRequest> changed, List<string> removed) =>
        string.Join(", ", changed.Select(l => l.Line).Concat(removed).Take(5))
        + (changed.Count + removed.Count > 5 ? " …" : "");

    [GeneratedRegex(@"^(lines|services)\[(\d+)\]")]
    private static partial Regex Place();
}
