using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Orders;

namespace Lading.Faults.Stocks;

/// <summary>Bugs put in on purpose.</summary>
internal enum StockBug
{
    None,

    /// <summary>Now and then a reservation is written on what was there a while ago.</summary>
    CheckThenAct,

    /// <summary>Now and then a cancelled order keeps what it holds.</summary>
    LostRelease,

    /// <summary>A retry comes under an id of its own.</summary>
    RetryAsNew,

    /// <summary>Now and then a reservation is refused although there is enough.</summary>
    RefusedInVain,
}

/// <summary>The product's modules as the log knows them.</summary>
internal static class StockModel
{
    public static LogModel Build(TimeProvider clock)
    {
        var model = new LogModel();
        new OrdersModule(clock).Teach(model);
        new InventoryModule().Teach(model);
        return model;
    }
}

/// <summary>No personal data is in play.</summary>
internal sealed class NoPersonal : IPersonalCipher
{
    public byte[] Seal(string subject, string place, string text) => throw new NotSupportedException();

    public string? Open(string subject, string place, byte[] sealedBytes) => null;
}

/// <summary>Puts a bug around a command's rule.</summary>
internal static class StockBugs
{
    public static StockCommand Bend(StockCommand one, StockBug bug, bool copy)
    {
        var command = one.Command;
        var rare = StockWork.NumberOf(command.Actor) % 20 == 0;
        return bug switch
        {
            StockBug.CheckThenAct when one.Wish is { } wish => With(
                one,
                command.Id,
                on => Unchecked(on, command, wish)
            ),
            StockBug.LostRelease => With(one, command.Id, on => KeepCancelled(on, command)),
            StockBug.RetryAsNew when copy => With(one, CommandId.From("again", command.Actor), command.Decide),
            StockBug.RefusedInVain when one.Wish is not null && rare => With(one, command.Id, _ => No),
            _ => one,
        };
    }

    private static Refusal No { get; } = new("inventory.insufficient-stock", RefusalKind.Conflict, "There is none.");

    private static StockCommand With(StockCommand one, CommandId id, Func<Deciding, Refusal?> decide) =>
        one with
        {
            Command = new Command
            {
                Id = id,
                Fingerprint = one.Command.Fingerprint,
                Actor = one.Command.Actor,
                Streams = one.Command.Streams,
                Decide = decide,
            },
        };

    private static Refusal? Unchecked(Deciding on, Command command, Wish wish)
    {
        var refusal = command.Decide(on);
        if (refusal is not { Code: "inventory.insufficient-stock" })
            return refusal;
        var part = new Allotment("north", null, null, new BaseQuantity(wish.Quantity));
        var holder = ReserveByHand.HolderOf($"h{StockWork.NumberOf(command.Actor)}");
        on.Append(
            command.Streams[0],
            new StockReserved(wish.Sku, holder, [new ReservedLine(ReserveByHand.Line, [part])], null, false)
        );
        return null;
    }

    private static Refusal? KeepCancelled(Deciding on, Command command)
    {
        var refusal = command.Decide(on);
        for (var i = 0; i < on.Facts.Count; i++)
            if (on.Facts[i].Fact is OrderCancelled cancelled)
                on.Facts[i] = on.Facts[i] with { Fact = cancelled with { Lines = [] } };
        return refusal;
    }
}
