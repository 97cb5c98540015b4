using System.Globalization;
using System.Text.Json;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>
/// Goods taken back: the server takes them from the orders that the customer placed for that SKU before, the newest
/// first. Those of the file are named first, and the customer's others when they have too little. The customers go in
/// parallel, each one's rows one after another.
/// </summary>
internal sealed class TakeBacks(ImportTarget target, RowErrors errors, Tally tally, string site)
{
    private const int MostOrders = 100;
    private readonly Dictionary<(string Customer, string Sku), List<(DateTimeOffset At, string Order)>> placed = [];
    private readonly HashSet<string> inFile = new(StringComparer.Ordinal);

    /// <summary>Learns the orders of the file.</summary>
    public void Learn(IEnumerable<PlannedOrder> orders)
    {
        foreach (var request in orders.Select(o => o.Request))
        {
            inFile.Add(request.Order!);
            if (request.Customer is not { } customer)
                continue;
            var at = request.Happened ?? DateTimeOffset.MinValue;
            foreach (var sku in request.Lines.Select(l => l.Sku!).Distinct(StringComparer.Ordinal))
            {
                if (!placed.TryGetValue((customer, sku), out var all))
                    placed.Add((customer, sku), all = []);
                all.Add((at, request.Order!));
            }
        }

        foreach (var all in placed.Values)
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
        var first = await Ask(row, OfTheFile(row), stop);
        var last = Left(first) == 0 ? first : await Ask(row, await Earlier(row, stop), stop);
        if (first is { IsGood: true } || last is { IsGood: true })
            tally.Add("rows taken back");
        if (last is not { IsGood: true } && Left(last) == 0)
            target.Settle(last!, "", row.Row, f => f, "orders.taken-back-before");
        else if ((Left(last) ?? Left(first) ?? row.Quantity) is > 0 and var left)
            errors.Add(
                row.Row,
                "",
                row.Order,
                $"{left:0.###} of {row.Quantity:0.###} {row.Sku} that customer {row.Customer} took back are in no "
                    + "earlier order.",
                "The order may lie before the file: import that file first."
            );
    }

    /// <summary>What the answer leaves to be found elsewhere, earlier runs counted; of a refusal for another reason
    /// nothing. Null: nobody was asked.</summary>
    private static decimal? Left(Reply? reply) =>
        reply is null ? null
        : reply.IsGood ? reply.Json.GetProperty("missing").GetDecimal()
        : reply.Json.Text("code") == "orders.nothing-to-take-back"
            ? decimal.Parse(reply.Json.Text("value")!, CultureInfo.InvariantCulture)
        : 0;

    private List<string> OfTheFile(PlannedReturn row)
    {
        var at = new DateTimeOffset(row.At, TimeSpan.Zero);
        var orders = placed.GetValueOrDefault((row.Customer, row.Sku)) ?? [];
        return [.. orders.Where(o => o.At <= at).Select(o => o.Order)];
    }

    /// <summary>The customer's orders that are not of this file.</summary>
    private async Task<List<string>> Earlier(PlannedReturn row, CancellationToken stop)
    {
        var list = await target.Api.Call(
            HttpMethod.Get,
            $"/api/v1/orders?limit={MostOrders}&customer={Uri.EscapeDataString(row.Customer)}",
            null,
            null,
            stop
        );
        return
        [
            .. list
                .Json.Items()
                .Where(o => o.GetProperty("placedAt").GetDateTime() <= row.At)
                .Select(o => o.Text("order")!)
                .Where(o => !inFile.Contains(o)),
        ];
    }

    /// <summary>Null when there is no order to ask for.</summary>
    private async Task<Reply?> Ask(PlannedReturn row, List<string> orders, CancellationToken stop)
    {
        if (orders.Count == 0)
            return null;
        var request = new TakeBackRequest
        {
            TakeBack = target.Booking("take-back", row.Order, row.Index.ToString(CultureInfo.InvariantCulture)),
            Sku = row.Sku,
            Quantity = row.Quantity,
            Unit = row.Unit,
            Orders = [.. orders.Take(MostOrders)],
            Site = site,
            Reason = $"taken back by {row.Order}",
        };
        var body = JsonSerializer.Serialize(request, OrdersHttp.Default.TakeBackRequest);
        var key = $"take back {row.Order} {row.Index} {orders[0]}";
        return await target.Book("/api/v1/orders/take-back", body, key, stop);
    }
}
