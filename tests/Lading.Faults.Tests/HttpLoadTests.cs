using System.Net;
using System.Net.Sockets;
using Lading.Bench;

namespace Lading.Faults.Tests;

/// <summary>The bench's open loop against a server that stands still once: whoever would have come meanwhile is
/// counted, from when they would have come.</summary>
public class HttpLoadTests
{
    private const double Stall = 500;
    private static readonly byte[] Request = HttpLoad.Get("/", "none");
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray();

    [Fact]
    public async Task A_stall_of_the_server_is_in_the_latency_of_everyone_who_was_due_in_it()
    {
        var open = await Load(rate: 200);
        open.Requests.ShouldBe(200); // a second's worth, though half of it nothing was answered
        open.Failures.ShouldBe(0);
        open.P99.ShouldBeGreaterThan(Stall * 0.9);
        // Those due in the first 200 ms waited at least 300 ms each, or a fifth of all.
        open.P80.ShouldBeGreaterThan(Stall * 0.55);
    }

    /// <summary>One connection for a second.</summary>
    private static async Task<LoadResult> Load(double rate)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Serve(listener);
        var result = await HttpLoad.Run(
            $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}",
            1,
            TimeSpan.FromSeconds(1),
            long.MaxValue,
            _ => Request,
            rate
        );
        await serving;
        return result;
    }

    private static async Task Serve(TcpListener listener)
    {
        using var connection = await listener.AcceptSocketAsync();
        var buffer = new byte[Request.Length];
        for (var first = true; await Whole(connection, buffer); first = false)
        {
            if (first)
                await KillLoop.Pause(Stall);
            await connection.SendAsync(Answer);
        }
    }

    private static async Task<bool> Whole(Socket connection, byte[] buffer)
    {
        for (int read, length = 0; length < buffer.Length; length += read)
            if ((read = await connection.ReceiveAsync(buffer.AsMemory(length))) == 0)
                return false;
        return true;
    }
}
