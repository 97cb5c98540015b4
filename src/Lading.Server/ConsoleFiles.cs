using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Lading.Server;

/// <summary>
/// Serves the built console from a folder: each file as its build compressed it, named files for ever, and its first
/// page for every address that is a page. While the folder is not there, requests go on to the small built-in page.
/// </summary>
public sealed class ConsoleFiles(string? folder, RequestDelegate next)
{
    private const string FirstPage = "index.html";
    private const string Assets = "/assets/";

    private static readonly string[] Reserved = ["/api/", "/openapi/", "/health/", "/metrics", "/enter/", "/building"];

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".woff2"] = "font/woff2",
        [".wasm"] = "application/wasm",
        [".pbf"] = "application/x-protobuf",
        [".ico"] = "image/x-icon",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Nothing runs or loads that is not ours; inline styles are what the component library writes, blobs are
    /// the map's workers.</summary>
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:; "
        + "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

    /// <summary>Where the console is: the folder named, else beside the program, else in the source tree that the
    /// program was built from; null where none of them is.</summary>
    public static string? Find(string? named, string program)
    {
        if (named is not null)
            return Path.GetFullPath(named);
        var beside = Path.Combine(program, "console");
        if (File.Exists(Path.Combine(beside, FirstPage)))
            return beside;
        for (var at = new DirectoryInfo(program); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "console", "package.json")))
                return Path.Combine(at.FullName, "console", "dist");
        return null;
    }

    /// <summary>What the built-in page asks for while it stands in: <c>building</c>, <c>ready</c> or <c>none</c>. A
    /// build works in a folder beside, and takes its place when it is whole.</summary>
    public static string State(string? folder) =>
        folder is null ? "none"
        : File.Exists(Path.Combine(folder, FirstPage)) ? "ready"
        : Directory.Exists(folder + ".new") ? "building"
        : "none";

    /// <summary>Runs the middleware.</summary>
    public Task Invoke(HttpContext http)
    {
        var request = http.Request;
        var path = request.Path.Value ?? "/";
        if (
            folder is null
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            || Reserved.Any(r => path.StartsWith(r, StringComparison.Ordinal))
        )
            return next(http);
        if (Named(path) is { } file)
            return Send(http, file, forEver: path.StartsWith(Assets, StringComparison.Ordinal));
        var page = Path.Combine(folder, FirstPage);
        return !path.StartsWith(Assets, StringComparison.Ordinal) && AsksForPage(request) && File.Exists(page)
            ? SendPage(http, page)
            : next(http);
    }

    private static bool AsksForPage(HttpRequest request) =>
        request.Headers.Accept.ToString() is { } accept
        && (accept.Contains("text/html", StringComparison.OrdinalIgnoreCase) || request.Path == "/");

    /// <summary>The file of a path, never one outside the folder.</summary>
    private string? Named(string path)
    {
        var file = Path.GetFullPath(Path.Combine(folder!, path.TrimStart('/')));
        return
            file.StartsWith(folder! + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            && Types.ContainsKey(Path.GetExtension(file))
            && File.Exists(file)
            ? file
            : null;
    }

    private static Task SendPage(HttpContext http, string page)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return Send(http, page, forEver: false);
    }

    private static Task Send(HttpContext http, string file, bool forEver)
    {
        var response = http.Response;
        response.ContentType = Types[Path.GetExtension(file)];
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = forEver ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        var accepts = http.Request.Headers.AcceptEncoding.ToString();
        foreach (var (coding, suffix) in (ReadOnlySpan<(string, string)>)[("br", ".br"), ("gzip", ".gz")])
            if (accepts.Contains(coding, StringComparison.OrdinalIgnoreCase) && File.Exists(file + suffix))
            {
                response.Headers.ContentEncoding = coding;
                return Write(http, file + suffix);
            }

        return Write(http, file);
    }

    private static async Task Write(HttpContext http, string file)
    {
        http.Response.ContentLength = new FileInfo(file).Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.SendFileAsync(file, http.RequestAborted);
    }
}
