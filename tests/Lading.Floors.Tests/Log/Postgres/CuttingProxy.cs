using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Lading.Floors.Tests.Log.Postgres;

/// <summary>
/// Passes bytes between client and server until it cuts all it holds; new ones pass again unless it is shut.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder server;
    private readonly List<Socket> held = [];
    private readonly Task accepting;

    public CuttingProxy(string connectionString)
    {
        server = new NpgsqlConnectionStringBuilder(connectionString);
        listener.Start();
        accepting = Accept();
    }

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
        }.ConnectionString;

    /// <summary>Whether new connections are turned away.</summary>
    public bool Shut { get; set; }

    public void Cut()
    {
        lock (held)
        {
            foreach (var socket in held)
                socket.Close(0);
            held.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        Cut();
        await accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync();
                if (Shut)
                {
                    client.Close(0);
                    continue;
                }

                var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await upstream.ConnectAsync(server.Host!, server.Port);
                (client.NoDelay, upstream.NoDelay) = (true, true);
                lock (held)
                    held.AddRange([client, upstream]);
                _ = Pass(client, upstream);
                _ = Pass(upstream, client);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private static async Task Pass(Socket from, Socket to)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
                await to.SendAsync(buffer.AsMemory(0, count));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // It was cut; the other side is closed with it.
        }
    }
}
