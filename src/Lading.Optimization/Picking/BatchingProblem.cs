namespace Lading.Optimization.Picking;

/// <summary>Something to fetch: where, and how much of the cart it takes (articles, litres or kilograms).</summary>
public readonly record struct OrderLine(PickPosition Position, double Load);

/// <summary>
/// An order that is picked in one go. It may be released in the waves from <paramref name="EarliestWave"/> to
/// <paramref name="LatestWave"/>, both included.
/// </summary>
public sealed record PickOrder(
    string Id,
    IReadOnlyList<OrderLine> Lines,
    int EarliestWave = 0,
    int LatestWave = int.MaxValue
);

/// <summary>What one round can carry: total load, and orders (the totes of a cluster cart).</summary>
public sealed record CartLimits(double Capacity, int MaxOrders = int.MaxValue);

/// <summary>A release of work: its <paramref name="Capacity"/> bounds the load picked in it.</summary>
public sealed record PickWave(string Id, double Capacity);

/// <summary>
/// Orders to be put together on rounds so that the exact tours are short in total. Checked once, immutable.
/// </summary>
public sealed class BatchingProblem
{
    /// <summary>Most orders in one problem: all pairs are looked at once to find neighbours.</summary>
    public const int MaxOrders = 10_000;

    /// <param name="layout">Up to <see cref="ExactPickTour.MaxBlocks"/> blocks.</param>
    /// <param name="orders">First come first; none may exceed the cart.</param>
    /// <param name="cart">Limits of one round.</param>
    /// <param name="waves">In time order; null is one wave without a bound.</param>
    /// <exception cref="OptimizationInputException">
    /// Something is missing, doubled, not finite or does not fit.
    /// </exception>
    public BatchingProblem(
        WarehouseLayout layout,
        IReadOnlyList<PickOrder> orders,
        CartLimits cart,
        IReadOnlyList<PickWave>? waves = null
    )
    {
        Layout = layout;
        Orders = orders;
        Cart = cart;
        Waves = waves ?? [new PickWave("all", double.PositiveInfinity)];
        RequireLimits();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < orders.Count; i++)
        {
            if (!ids.Add(orders[i].Id))
                throw new OptimizationInputException($"orders[{i}].id", orders[i].Id, "give each order its own id");
            RequireOrder(orders[i], $"orders[{i}]");
        }
        Loads = [.. orders.Select(o => o.Lines.Sum(l => l.Load))];
        for (var i = 0; i < orders.Count; i++)
        {
            if (Loads[i] > cart.Capacity)
                throw new OptimizationInputException(
                    $"orders[{i}].load",
                    Loads[i],
                    $"split order {orders[i].Id} or use a cart above {cart.Capacity}"
                );
        }
    }

    public WarehouseLayout Layout { get; }

    public IReadOnlyList<PickOrder> Orders { get; }

    public CartLimits Cart { get; }

    public IReadOnlyList<PickWave> Waves { get; }

    /// <summary>Total load per order.</summary>
    public IReadOnlyList<double> Loads { get; }

    private void RequireLimits()
    {
        if (Orders.Count is 0 or > MaxOrders)
            throw new OptimizationInputException("orders.count", Orders.Count, $"give 1 to {MaxOrders} orders");
        if (!(Cart.Capacity > 0))
            throw new OptimizationInputException("cart.capacity", Cart.Capacity, "give a capacity above 0");
        if (Cart.MaxOrders < 1)
            throw new OptimizationInputException("cart.maxOrders", Cart.MaxOrders, "let a cart take an order");
        if (Waves.Count == 0)
            throw new OptimizationInputException("waves.count", 0, "give a wave, or null for one without a bound");
        for (var i = 0; i < Waves.Count; i++)
        {
            if (!(Waves[i].Capacity > 0))
                throw new OptimizationInputException(
                    $"waves[{i}].capacity",
                    Waves[i].Capacity,
                    "give a capacity above 0"
                );
        }
    }

    private void RequireOrder(PickOrder order, string field)
    {
        if (order.Lines.Count == 0)
            throw new OptimizationInputException($"{field}.lines.count", 0, "give at least one line");
        if (order.EarliestWave < 0 || order.EarliestWave >= Waves.Count)
            throw new OptimizationInputException(
                $"{field}.earliestWave",
                order.EarliestWave,
                $"name a wave from 0 to {Waves.Count - 1}"
            );
        if (order.LatestWave < order.EarliestWave)
            throw new OptimizationInputException(
                $"{field}.latestWave",
                order.LatestWave,
                $"give at least the earliest wave, {order.EarliestWave}"
            );
        for (var l = 0; l < order.Lines.Count; l++)
        {
            Layout.Require(order.Lines[l].Position, $"{field}.lines[{l}]");
            if (!double.IsFinite(order.Lines[l].Load) || order.Lines[l].Load < 0)
                throw new OptimizationInputException(
                    $"{field}.lines[{l}].load",
                    order.Lines[l].Load,
                    "give a load of at least 0"
                );
        }
    }
}

/// <summary>One round: its wave, the orders (indices into the problem), the load and the walk in metres.</summary>
public sealed record Batch(int Wave, IReadOnlyList<int> Orders, double Load, double Length);

/// <summary>All rounds; each order is on exactly one.</summary>
public sealed record BatchPlan(IReadOnlyList<Batch> Batches)
{
    /// <summary>Metres walked in total.</summary>
    public double Length => Batches.Sum(b => b.Length);
}
