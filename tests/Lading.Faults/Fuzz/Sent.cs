using System.Text;
using System.Text.Unicode;

namespace Lading.Faults.Fuzz;

/// <summary>A request as it goes out, whole, for the history to tell: a body that is no text as bytes.</summary>
internal sealed class Sent
{
    private readonly string name;
    private readonly string caller;
    private readonly string line;
    private readonly string headers;
    private readonly byte[] body = [];

    public Sent(string name, string caller, HttpRequestMessage request)
    {
        (this.name, this.caller, line) = (name, caller, $"{request.Method} {request.RequestUri!.PathAndQuery}");
        headers = Told(request.Headers.NonValidated);
        if (request.Content is not ByteArrayContent content)
            return;
        headers += Told(content.Headers.NonValidated);
        using var stream = content.ReadAsStream();
        body = new byte[stream.Length];
        stream.ReadExactly(body);
    }

    private static string Told(System.Net.Http.Headers.HttpHeadersNonValidated headers) =>
        string.Concat(headers.Select(h => $"{h.Key}: {h.Value}\n"));

    /// <summary>What became of it, when the log stood where.</summary>
    public void Note(Trial trial, long before, string said)
    {
        var isText = Utf8.IsValid(body);
        var (text, raw) = (isText ? Encoding.UTF8.GetString(body) : null, isText ? null : body);
        trial.Note(
            new
            {
                name,
                caller,
                line,
                headers,
                text,
                raw,
                before,
                said,
            },
            400 + ((line.Length + headers.Length + body.Length + said.Length) * 2)
        );
    }
}
