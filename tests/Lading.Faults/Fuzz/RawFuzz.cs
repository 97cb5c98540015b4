using System.Net.Sockets;
using System.Text;

namespace Lading.Faults.Fuzz;

/// <summary>Bytes on a bare connection: broken request lines, headers, lengths and chunks. What comes back is a 4xx or
/// a
/// closed connection, never a 5xx and never silence.</summary>
internal static class RawFuzz
{
    private static readonly string[] Requests =
    [
        "GET /api/v1/me HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{}",
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "GET http://elsewhere/api/v1/me HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /api/v1/me HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET /api/v1/me HTTP/1.1\r\n\r\n",
        "\r\n\r\n",
        "GET /%00%ff%fe/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    ];

    public static async Task One(Uri at, Random random, Trial trial)
    {
        var bytes = Make(random);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(at.Host, at.Port, patience.Token);
            var stream = socket.GetStream();
            await stream.WriteAsync(bytes, patience.Token);
            socket.Client.Shutdown(SocketShutdown.Send);
            var answer = new byte[4_096];
            var length = await stream.ReadAsync(answer, patience.Token);
            var text = Encoding.Latin1.GetString(answer, 0, length);
            if (
                text.StartsWith("HTTP/1.1 5", StringComparison.Ordinal)
                && !text.StartsWith("HTTP/1.1 505", StringComparison.Ordinal)
            )
                trial.Violated($"raw bytes {Encoding.Latin1.GetString(bytes)} was answered {text}");
        }
        catch (OperationCanceledException)
        {
            trial.Violated($"raw bytes {Encoding.Latin1.GetString(bytes)} was not answered within 10 s");
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            trial.Count("connections-cut");
        }

        trial.Count("raw-connections");
    }

    private static byte[] Make(Random random)
    {
        var bytes = Encoding.Latin1.GetBytes(Requests[random.Next(Requests.Length)]);
        for (var bends = random.Next(4); bends > 0; bends--)
            switch (random.Next(4))
            {
                case 0:
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes = bytes[..random.Next(1, bytes.Length + 1)];
                    break;
                case 2:
                    var at = random.Next(bytes.Length);
                    bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..], .. bytes[at..]];
                    break;
                default:
                    bytes = [.. bytes, .. new byte[random.Next(200)]];
                    break;
            }
        return bytes;
    }
}
