using Lading.Cli.Import;

namespace Lading.Server.Tests;

/// <summary>Rows become orders: grouped over the whole file, charges, returns and adjustments told apart.</summary>
public sealed class OrderFileSpecs : IDisposable
{
    private const string Header = "order,sku,quantity,unitPrice,customer,orderedAt\n";
    private readonly TempFolder folder = new();
    private readonly RowErrors errors = new();

    private static readonly Mapping Rules = new()
    {
        Currency = "GBP",
        CancellationPrefix = "C",
        Charges = new Dictionary<string, string> { ["POST"] = "Postage", ["D"] = "Discount" },
    };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_order_whose_rows_are_apart_is_one_order()
    {
        var plan = Plan(
            Header
                + "1,A,2,1.50,X,2026-01-05 08:00:00\n2,B,1,1,Y,2026-01-05 "
                + "08:01:00\n1,C,3,2,X,2026-01-05 07:59:00\n"
        );
        plan.Orders.Select(o => o.Request.Order).ShouldBe(["1", "2"]);
        plan.Orders[0].Request.Lines.Select(l => l.Sku).ShouldBe(["A", "C"]);
        plan.Orders[0].LineRows.ShouldBe([2, 4]);
        plan.Orders[0]
            .Request.Happened.ShouldBe(
                new DateTimeOffset(2026, 1, 5, 7, 59, 0, TimeSpan.Zero),
                "the earliest of its rows"
            );
        plan.Orders[0].Request.Id.ShouldBe("1", "the command's id is the source and the number");
    }

    [Fact]
    public void The_same_sku_twice_is_two_lines() =>
        Plan(Header + "1,A,2,1,X,\n1,A,3,1,X,\n").Orders[0].Request.Lines.Count.ShouldBe(2);

    [Fact]
    public void Charges_become_services_rounded_to_minor_units()
    {
        var order = Plan(Header + "1,A,2,1,X,\n1,POST,3,1.115,X,\n1,D,-1,5,X,\n").Orders[0].Request;
        order.Lines.Count.ShouldBe(1);
        order
            .Services.Select(s => (s.Code, s.Quantity, s.Amount!.Amount))
            .ShouldBe([("POST", 3L, 3.34m), ("D", 1L, -5m)]);
    }

    [Fact]
    public void A_negative_row_is_an_adjustment_and_a_prefixed_order_takes_back()
    {
        var plan = Plan(Header + "1,A,-2,0,,2026-01-05 08:00:00\nC2,A,-3,1,X,2026-01-06 08:00:00\nCARE,A,1,1,X,\n");
        plan.Adjustments.Select(a => (a.Row, a.Sku, a.Quantity)).ShouldBe([(2, "A", -2m)]);
        plan.Returns.Select(r => (r.Order, r.Customer, r.Quantity)).ShouldBe([("C2", "X", 3m)]);
        plan.Orders.Select(o => o.Request.Order)
            .ShouldBe(["CARE"], "a letter after the prefix is a name, not a cancellation");
    }

    [Theory]
    [InlineData("1", "-3")]
    [InlineData("C1", "3")]
    public void A_row_is_booked_under_its_place_whatever_becomes_of_the_rows_before_it(string order, string quantity)
    {
        string Rows(string first) => Header + $"{order},A,{first},1,X,\n{order},A,{quantity},1,X,\n";
        int Last(OrderPlan plan) =>
            plan.Adjustments.Select(a => a.Index).Concat(plan.Returns.Select(r => r.Index)).Last();
        Last(Plan(Rows("two"))).ShouldBe(1);
        Last(Plan(Rows("-2"))).ShouldBe(1);
    }

    [Fact]
    public void What_is_taken_back_without_a_customer_and_charges_taken_back_are_reported()
    {
        Plan(Header + "C1,A,-1,1,,\nC2,POST,-1,1,X,\n").Returns.ShouldBeEmpty();
        errors.Found.Select(e => e.Row).ShouldBe([2, 3]);
    }

    [Theory]
    [InlineData("1,A,two,1,X,", "quantity", "two")]
    [InlineData("1,A,0,1,X,", "quantity", "0")]
    [InlineData("1,A,,1,X,", "quantity", "")]
    [InlineData("1,A,1,1.2.3,X,", "unitPrice", "1.2.3")]
    [InlineData("1,A,1,1,X,31/12/2026", "orderedAt", "31/12/2026")]
    [InlineData("1,,1,1,X,", "sku", "")]
    [InlineData(",A,1,1,X,", "order", "")]
    public void A_cell_that_means_nothing_is_named_with_row_column_and_value(string row, string column, string value)
    {
        var plan = Plan(Header + "7,B,1,1,X,\n" + row + "\n");
        plan.Orders.Count.ShouldBe(1, "the other rows are taken");
        var error = errors.Found.ShouldHaveSingleItem();
        (error.Row, error.Column, error.Value).ShouldBe((3, column, value));
        error.Remedy.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("1,A,1\n", "3 cells")]
    [InlineData("1,A\"B,1,1,X,\n", "quote")]
    [InlineData("1,\"A,1,1,X,\n2,B,1,1,X,\n", "never closed")]
    public void A_row_of_broken_form_is_named(string rows, string problem)
    {
        Plan(Header + rows);
        errors.Found[0].Row.ShouldBe(2);
        errors.Found[0].Problem.ShouldContain(problem);
    }

    [Fact]
    public void Two_customers_in_one_order_are_reported()
    {
        Plan(Header + "1,A,1,1,X,\n1,B,1,1,Y,\n").Orders[0].Request.Lines.Count.ShouldBe(1);
        errors.Found.ShouldHaveSingleItem().Value.ShouldBe("Y");
    }

    [Fact]
    public void Two_currencies_in_one_order_are_reported_and_not_taken_for_one()
    {
        const string rows = "1,A,1,10,GBP\n1,B,1,10,EUR\n2,A,1,10,EUR\n1,C,1,10,\n";
        var plan = Plan("order,sku,quantity,unitPrice,currency\n" + rows);
        plan.Orders[0].Request.Lines.Select(l => (l.Sku, l.UnitPrice!.Currency)).ShouldBe([("A", "GBP"), ("C", "GBP")]);
        plan.Orders[1].Request.Lines[0].UnitPrice!.Currency.ShouldBe("EUR");
        var error = errors.Found.ShouldHaveSingleItem();
        (error.Row, error.Column, error.Value).ShouldBe((3, "currency", "EUR"));
        error.Problem.ShouldContain("GBP");
        error.Remedy.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("12")]
    [InlineData("2.5")]
    [InlineData("-1")]
    [InlineData("first")]
    public void A_priority_that_is_no_whole_number_from_1_to_9_is_reported(string priority)
    {
        var plan = Plan($"order,sku,quantity,priority\n1,A,1,{priority}\n2,B,1,2\n3,C,1,\n");
        plan.Orders.Select(o => (o.Request.Order, o.Request.Priority)).ShouldBe([("2", 2), ("3", 5)]);
        var error = errors.Found.ShouldHaveSingleItem();
        (error.Row, error.Column, error.Value).ShouldBe((2, "priority", priority));
        error.Remedy.ShouldNotBeEmpty();
    }

    [Fact]
    public void The_lines_of_an_order_whose_own_row_cannot_be_taken_are_reported_with_it()
    {
        var path = folder.File("orders.csv", "order,customer,priority\n1,X,0\n2,Y,3\n");
        folder.File("lines.csv", "order,sku,quantity\n1,A,1\n2,B,1\n");
        var lines = new LinesFile { File = "lines.csv", Columns = new Dictionary<string, string>() };
        var read = new OrderFile(Rules with { Lines = lines }, errors).Read(path, (_, _) => { }, _ => { });
        read.ShouldHaveSingleItem().Number.ShouldBe("2", "an order without its customer is none");
        errors.Found.Select(e => (e.Row, e.Column)).ShouldBe([(2, "priority"), (2, "order")]);
    }

    [Fact]
    public void A_repeated_column_that_is_read_is_refused_and_one_that_is_not_is_passed_over()
    {
        Should
            .Throw<UnreadableFile>(() => Plan("order,sku,quantity,sku,unitPrice,customer,orderedAt\n1,A,1,B,1,X,\n"))
            .Message.ShouldContain("'sku' more than once");
        Plan("order,sku,quantity,note,note\n1,A,1,x,y\n").Orders.Count.ShouldBe(1);
    }

    [Fact]
    public void A_column_that_the_mapping_names_must_be_there()
    {
        var mapping = Rules with { Columns = new Dictionary<string, string> { ["sku"] = "StockCode" } };
        Should.Throw<UnreadableFile>(() => Plan(Header + "1,A,1,1,X,\n", mapping)).Message.ShouldContain("'StockCode'");
    }

    [Fact]
    public void More_lines_than_an_order_may_have_become_two_orders()
    {
        var plan = Plan(
            Header + string.Concat(Enumerable.Range(1, 1_114).Select(i => $"1,S{i},1,1,X,\n")) + "1,POST,1,5,X,\n"
        );
        plan.Orders.Select(o => (o.Request.Order, o.Request.Lines.Count, o.Request.Services.Count))
            .ShouldBe([("1", 1_000, 0), ("1-2", 114, 1)]);
        plan.Orders.SelectMany(o => o.Request.Lines).Select(l => l.Sku).Distinct().Count().ShouldBe(1_114);
    }

    [Fact]
    public void A_row_that_cannot_be_taken_keeps_its_place_and_no_other_row_names_one()
    {
        var good = Plan(Header + "1,A,1,1,X,\n1,POST,1,5,X,\n1,B,-1,1,X,\n1,C,1,1,X,\n").Orders[0].Request;
        good.Lines.Select(l => l.Line).ShouldBe([null, null], "the place is the one that the API counts");
        good.Services[0].Line.ShouldBeNull();

        var rows = "1,A,1,1,X,\n1,POST,1,x,X,\n1,B,two,1,X,\n1,B,1,1,Y,\n1,B,-1,x,X,\n1,C,1,1,X,\n1,POST,1,5,X,\n";
        var bad = Plan(Header + rows).Orders[0].Request;
        bad.Lines.Select(l => (l.Sku, l.Line)).ShouldBe([("A", null), ("C", "4")], "two rows of goods lie between");
        bad.Services.ShouldHaveSingleItem().Line.ShouldBe("5");
    }

    [Fact]
    public void A_row_that_cannot_be_taken_moves_none_from_one_part_of_a_long_order_to_the_next()
    {
        var rows = string.Concat(Enumerable.Range(1, 1_114).Select(i => $"1,S{i},{(i == 7 ? "x" : "1")},1,X,\n"));
        var parts = Plan(Header + rows).Orders.Select(o => o.Request).ToList();
        parts.Select(o => (o.Order, o.Lines.Count)).ShouldBe([("1", 999), ("1-2", 114)]);
        (parts[0].Lines[^1].Line, parts[1].Lines[0].Line, parts[1].Lines[0].Sku).ShouldBe(("1000", null, "S1001"));
    }

    [Fact]
    public void Semicolons_decimal_commas_and_zones_are_read()
    {
        var mapping = Rules with { DecimalPoint = ",", TimeZone = "Europe/London", DateFormats = ["dd.MM.yyyy HH:mm"] };
        var order = Plan("order;sku;quantity;unitPrice;orderedAt\n1;A;2,5;1,25;01.07.2026 09:30\n", mapping)
            .Orders[0]
            .Request;
        (order.Lines[0].Quantity, order.Lines[0].UnitPrice!.Amount).ShouldBe((2.5m, 1.25m));
        order.Happened!.Value.UtcDateTime.ShouldBe(new DateTime(2026, 7, 1, 8, 30, 0));
    }

    [Fact]
    public void Separators_that_nothing_quotes_belong_to_the_column_the_mapping_names()
    {
        var mapping = Rules with { UnquotedColumn = "shipToStreet" };
        var order = Plan("order,shipToStreet,sku,quantity\n1,Rua do Paço, 67,A,2\n2,High St,B,1\n", mapping)
            .Orders[0]
            .Request;
        (order.ShipTo!.Street, order.Lines[0].Sku).ShouldBe(("Rua do Paço, 67", "A"));
        errors.Count.ShouldBe(0);
    }

    [Fact]
    public void Two_files_are_joined_by_number_with_discount_and_freight()
    {
        var path = folder.File("orders.csv", "id,who,freight\n1,X,32.38\n2,Y,NULL\n");
        folder.File("lines.csv", "id,product,price,count,off\n1,11,14.00,12,0.15\n2,42,9.80,10,0\n3,1,1,1,0\n");
        var mapping = new Mapping
        {
            Currency = "USD",
            Nothing = ["NULL"],
            Columns = new Dictionary<string, string> { ["order"] = "id", ["customer"] = "who" },
            OrderCharges = new Dictionary<string, string> { ["FREIGHT"] = "freight" },
            Lines = new LinesFile
            {
                File = "lines.csv",
                Columns = new Dictionary<string, string>
                {
                    ["order"] = "id",
                    ["sku"] = "product",
                    ["unitPrice"] = "price",
                    ["quantity"] = "count",
                    ["discount"] = "off",
                },
            },
        };
        var plan = new OrderPlan(new OrderFile(mapping, errors).Read(path, (_, _) => { }, _ => { }), mapping, errors);
        plan.Orders.Select(o => (o.Request.Order, o.Request.Services.Count)).ShouldBe([("1", 1), ("2", 0)]);
        plan.Orders[0].Request.Lines[0].UnitPrice!.Amount.ShouldBe(11.9m);
        errors.Found.ShouldHaveSingleItem().Value.ShouldBe("3", "a line without an order is reported");
    }

    [Fact]
    public void The_whole_of_the_UCI_file_is_grouped()
    {
        var path = Places.NeedDataSet("orders/uci_online_retail-dev.csv.gz");
        var mapping = Mapping.Read(Path.Combine(Repository.Root, "samples/mappings/uci-online-retail.json"));
        var file = new OrderFile(mapping, errors);
        var plan = new OrderPlan(file.Read(path, (_, _) => { }, _ => { }), mapping, errors);
        file.Rows.ShouldBe(370_931);
        plan.Orders.Count.ShouldBe(14_876);
        plan.Orders.Sum(o => o.LineRows.Length).ShouldBe(361_526);
        plan.Orders.Max(o => o.LineRows.Length + o.ServiceRows.Length).ShouldBe(705);
        var counted =
            plan.Orders.Sum(o => o.LineRows.Length + o.ServiceRows.Length)
            + plan.Returns.Count
            + plan.Adjustments.Count
            + errors.Count;
        counted.ShouldBe(file.Rows, "every row is a line, a charge, a return, an adjustment or reported");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("+44 1632", "'+44 1632")]
    [InlineData("-5.25", "-5.25")]
    [InlineData("plain", "plain")]
    public void A_cell_that_a_spreadsheet_would_run_is_escaped(string cell, string written) =>
        CsvText.Safe(cell).ShouldBe(written);

    private OrderPlan Plan(string text, Mapping? mapping = null)
    {
        mapping ??= Rules;
        var orders = new OrderFile(mapping, errors).Read(folder.File("orders.csv", text), (_, _) => { }, _ => { });
        return new OrderPlan(orders, mapping, errors);
    }
}
