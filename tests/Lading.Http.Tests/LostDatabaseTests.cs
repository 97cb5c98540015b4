using System.Net;
using Lading.Floors.Tests.Log;
using Lading.Floors.Tests.Log.Postgres;

namespace Lading.Http.Tests;

/// <summary>PostgreSQL goes away while orders come in: no yes is wrong, and all goes on without hands.</summary>
public sealed class LostDatabaseTests
{
    [Fact]
    public async Task An_order_sent_into_a_lost_database_is_refused_for_now_and_happens_once_when_it_is_sent_again()
    {
        var database = await (await PostgresServer.Require()).NewDatabase();
        await using var proxy = new CuttingProxy(database);
        var house = new House { Database = proxy.ConnectionString };
        await house.InitializeAsync();
        try
        {
            var company = await house.NewCompany();
            await company.Receive(10);
            (await Place(company, "BEFORE")).Status.ShouldBe(HttpStatusCode.Created);

            proxy.Shut = true;
            proxy.Cut();
            var lost = await Place(company, "DURING");
            lost.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, lost.Text);
            lost.Headers.RetryAfter.ShouldNotBeNull();

            proxy.Shut = false;
            var again = await Place(company, "DURING");
            for (var tries = 0; again.Status == HttpStatusCode.ServiceUnavailable && tries < 60; tries++)
                again = await Place(company, "DURING");
            again.Status.ShouldBe(HttpStatusCode.Created, again.Text);
            (await Place(company, "DURING")).Position.ShouldBe(again.Position);
            (await company.Get("/orders/BEFORE", atLeast: again.Position)).Status.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await house.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_order_sent_while_another_node_holds_the_log_gets_503_and_happens_once_when_it_is_sent_again()
    {
        var database = await (await PostgresServer.Require()).NewDatabase();
        var house = new House { Database = database, LockWait = TimeSpan.FromMilliseconds(300) };
        await house.InitializeAsync();
        try
        {
            var company = await house.NewCompany();
            Reply busy;
            await using (await HeldLock.Take(database, company.Tenant.Id))
                busy = await Place(company, "HELD");
            (busy.Status, busy.Code).ShouldBe((HttpStatusCode.ServiceUnavailable, "log.busy"), busy.Text);
            busy.Headers.RetryAfter.ShouldNotBeNull();
            ((string?)busy.Json["remedy"]).ShouldNotBeNull().ShouldContain("same Idempotency-Key");

            var placed = await Place(company, "HELD");
            placed.Status.ShouldBe(HttpStatusCode.Created, placed.Text);
            (await Place(company, "HELD")).Text.ShouldBe(placed.Text);
            (await company.Get("/orders/HELD", atLeast: placed.Position)).Status.ShouldBe(HttpStatusCode.OK);
            await company.Settle();
            company.Log.Status().ShouldAllBe(s => s.Failure == null);
        }
        finally
        {
            await house.DisposeAsync();
        }
    }

    private static Task<Reply> Place(Company company, string number) =>
        company.Post(
            "/orders",
            $$$"""{"order":"{{{number}}}","venture":"main","lines":[{"sku":"A","quantity":1,"unit":"EA"}]}""",
            number
        );
}
