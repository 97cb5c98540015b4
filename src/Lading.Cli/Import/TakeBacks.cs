using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>
/// Goods taken back: the newest order of that customer for that SKU, placed before, gives up what is not shipped, else
/// what was shipped comes
/// back. The customers go in parallel, each one's rows one after another.
/// </summary>
internal sealed class TakeBacks(ImportTarget target, RowErrors errors, Tally tally, string site)
{
    private readonly Dictionary<(string Customer, string Sku), List<OpenLine>> lines = [];
    private readonly Dictionary<string, OpenOrder> orders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> inFile = new(StringComparer.Ordinal);

    /// <summary>An order of the file, with what of it nobody took back yet.</summary>
    private sealed class OpenOrder(string number)
    {
        public string Number => number;

        public decimal Open { get; set; }
    }

    private sealed record OpenLine(OpenOrder Order, LineRequest Line, DateTimeOffset At)
    {
        public decimal Open { get; set; }
    }

    /// <summary>Learns the orders of the file.</summary>
    public void Learn(IEnumerable<PlannedOrder> placed)
    {
        foreach (var (request, _, _, _) in placed)
        {
            inFile[request.Order!] = 1;
            if (request.Customer is null)
                continue;
            var order = orders[request.Order!] = new OpenOrder(request.Order!);
            var place = 0;
            foreach (var line in request.Lines)
            {
                place++;
                var id = line.Line ?? place.ToString(CultureInfo.InvariantCulture);
                var open = new OpenLine(order, line with { Line = id }, request.Happened ?? DateTimeOffset.MinValue)
                {
                    Open = line.Quantity ?? 0,
                };
                order.Open += open.Open;
                var key = (request.Customer, line.Sku!);
                if (!lines.TryGetValue(key, out var all))
                    lines.Add(key, all = []);
                all.Add(open);
            }
        }

        foreach (var all in lines.Values)
            all.Sort((a, b) => b.At.CompareTo(a.At));
    }

    /// <summary>Takes back all rows.</summary>
    public Task Send(IReadOnlyList<PlannedReturn> rows, Action<long> progress, CancellationToken stop)
    {
        long done = 0;
        return ImportTarget.Each(
            rows.GroupBy(r => r.Customer, StringComparer.Ordinal),
            async (customer, cancelled) =>
            {
                foreach (var row in customer.OrderBy(r => r.At).ThenBy(r => r.Row))
                {
                    await Take(row, cancelled);
                    progress(Interlocked.Increment(ref done));
                }
            },
            stop
        );
    }

    private async Task Take(PlannedReturn row, CancellationToken stop)
    {
        var rest = row.Quantity;
        var at = new DateTimeOffset(row.At, TimeSpan.Zero);
        foreach (var line in lines.GetValueOrDefault((row.Customer, row.Sku)) ?? [])
        {
            if (rest <= 0)
                break;
            if (line.Open > 0 && line.At <= at)
                rest -= await TakeFrom(line, Math.Min(rest, line.Open), row, stop);
        }

        if (rest > 0)
            rest -= await TakeFromEarlier(row, rest, stop);
        if (rest > 0)
            errors.Add(
                row.Row,
                "",
                row.Order,
                $"{rest:0.###} of {row.Quantity:0.###} {row.Sku} that customer {row.Customer} "
                    + $"took back are in no earlier order.",
                "The order may lie before the file: import that file first."
            );
        if (rest < row.Quantity)
            tally.Add("rows taken back");
    }

    /// <summary>Makes the line smaller, cancels the order when nothing would be left, or books a return when the goods
    /// went out.</summary>
    private async Task<decimal> TakeFrom(OpenLine line, decimal quantity, PlannedReturn row, CancellationToken stop)
    {
        var path = $"/api/v1/orders/{Uri.EscapeDataString(line.Order.Number)}";
        var key = $"take back {row.Order} {row.Index} {line.Order.Number}";
        var left = line.Open - quantity;
        var reply =
            line.Order.Open == quantity
                ? await target.Send(path + "/cancel", Text(new CancelRequest(Reason(row))), key, stop)
                : await target.Send(path + "/lines", Text(Change(line.Line, left, row)), key, stop);
        if (reply.IsGood)
        {
            line.Open -= quantity;
            line.Order.Open -= quantity;
            return quantity;
        }

        var returned = await Return(line.Order.Number, row, quantity, key, stop);
        line.Open -= returned;
        line.Order.Open -= returned;
        return returned;
    }

    /// <summary>Looks among the customer's orders that are not of this file.</summary>
    private async Task<decimal> TakeFromEarlier(PlannedReturn row, decimal wanted, CancellationToken stop)
    {
        var list = await target.Api.Call(
            HttpMethod.Get,
            $"/api/v1/orders?limit=100&customer={Uri.EscapeDataString(row.Customer)}",
            null,
            null,
            stop
        );
        if (!list.IsGood)
            return 0;
        decimal taken = 0;
        foreach (var order in list.Json.Items())
        {
            var number = order.Text("order")!;
            var before =
                DateTime.Parse(order.Text("placedAt")!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)
                <= row.At;
            if (taken < wanted && before && !inFile.ContainsKey(number))
                taken += await TakeFromOrder(number, row, wanted - taken, stop);
        }

        return taken;
    }

    private async Task<decimal> TakeFromOrder(string number, PlannedReturn row, decimal wanted, CancellationToken stop)
    {
        var path = $"/api/v1/orders/{Uri.EscapeDataString(number)}";
        var reply = await target.Api.Call(HttpMethod.Get, path, null, null, stop);
        if (!reply.IsGood)
            return 0;
        var order = reply.Json.Deserialize(AnswersJson.Default.OrderView)!;
        var key = $"take back {row.Order} {row.Index} {number}";
        if (order.Lines.FirstOrDefault(l => l.Sku == row.Sku && l.Open - l.Picked > 0) is not { } line)
            return await Return(number, row, wanted, key, stop);
        var quantity = Math.Min(wanted, line.Open - line.Picked);
        var request = new LineRequest
        {
            Line = line.Line,
            Sku = line.Sku,
            Quantity = line.Quantity,
            UnitPrice = line.UnitPrice,
            Description = line.Description,
        };
        var all = order.Lines.Sum(l => l.Open) == quantity && order.Shipped == 0;
        var changed = all
            ? await target.Send(path + "/cancel", Text(new CancelRequest(Reason(row))), key, stop)
            : await target.Send(path + "/lines", Text(Change(request, line.Quantity - quantity, row)), key, stop);
        return changed.IsGood ? quantity : 0;
    }

    /// <summary>Books the return of what was shipped of the SKU and is not back yet.</summary>
    private async Task<decimal> Return(
        string number,
        PlannedReturn row,
        decimal wanted,
        string key,
        CancellationToken stop
    )
    {
        var path = $"/api/v1/orders/{Uri.EscapeDataString(number)}";
        var reply = await target.Api.Call(HttpMethod.Get, path, null, null, stop);
        if (!reply.IsGood)
            return 0;
        var order = reply.Json.Deserialize(AnswersJson.Default.OrderView)!;
        if (order.Lines.FirstOrDefault(l => l.Sku == row.Sku && l.Shipped > l.Returned) is not { } line)
            return 0;
        var quantity = Math.Min(wanted, line.Shipped - line.Returned);
        var request = new ReturnRequest
        {
            Return = $"{row.Order}-{row.Index + 1}",
            Site = site,
            Reason = Reason(row),
            Lines = [new ReturnedRequest { Line = line.Line, Quantity = quantity }],
        };
        var body = JsonSerializer.Serialize(request, OrdersHttp.Default.ReturnRequest);
        var done = await target.Send(path + "/return", body, key + " return", stop);
        return done.IsGood ? quantity : 0;
    }

    private static ChangeLinesRequest Change(LineRequest line, decimal left, PlannedReturn row) =>
        left > 0
            ? new ChangeLinesRequest { Lines = [line with { Quantity = left }], Reason = Reason(row) }
            : new ChangeLinesRequest { Remove = [line.Line!], Reason = Reason(row) };

    private static string Reason(PlannedReturn row) => $"taken back by {row.Order}";

    private static string Text(CancelRequest request) =>
        JsonSerializer.Serialize(request, OrdersHttp.Default.CancelRequest);

    private static string Text(ChangeLinesRequest request) =>
        JsonSerializer.Serialize(request, OrdersHttp.Default.ChangeLinesRequest);
}
