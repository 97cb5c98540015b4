using System.Net;
using System.Text.RegularExpressions;
using Lading.Platform.SignIn;

namespace Lading.Http.Tests;

/// <summary>The cells of the matrix: each asks a route and says what is wrong with the answer, or null.</summary>
public static partial class MatrixCells
{
    /// <summary>In one's own part the door opens to who may, and what is asked for is understood.</summary>
    public static async Task<string?> Own(MatrixCompany mine, MatrixRow row, bool marked, string key, Things things)
    {
        var reply = await mine.Ask(row, key, await Fresh(mine, row, things));
        return !marked ? Denied(reply)
            : Door(reply) is { } shut ? shut
            : MatrixCompany.IsMisread(row, reply) ? $"not understood: {reply.Text}"
            : null;
    }

    /// <summary>With a key that is narrowed to another venture.</summary>
    public static async Task<string?> Beside(MatrixCompany mine, MatrixRow row, bool marked, string key, Things things)
    {
        var before = mine.Company.Log.Head;
        var reply = await mine.Ask(row, key, things);
        return !marked ? Denied(reply)
            : row.IsWhole ? Code(reply, "access.narrowed")
            : Hidden(row, reply, await mine.Wrote(before, KeyOf(key)));
    }

    /// <summary>With another company's key.</summary>
    public static async Task<string?> Away(
        MatrixCompany mine,
        MatrixCompany other,
        MatrixRow row,
        bool marked,
        string key,
        Things things
    )
    {
        var before = mine.Company.Log.Head;
        var reply = await other.Ask(row, key, things);
        var wrote = await mine.Wrote(before, KeyOf(key));
        var isTheirs = row.IsWhole || row.IsOfHost || row.Route.Contains("{position"); // theirs may be there
        return !marked ? Denied(reply)
            : !isTheirs ? Hidden(row, reply, wrote)
            : wrote || MatrixCompany.Shows(reply) ? "another company's facts show, or changed"
            : null;
    }

    /// <summary>With a role that is held for one customer, what is another's.</summary>
    public static async Task<string?> Others(
        MatrixCompany mine,
        MatrixRow row,
        bool marked,
        (Account Person, string Credential) who,
        Things things
    )
    {
        var before = mine.Company.Log.Head;
        var reply = await mine.Ask(row, who.Credential, things);
        return !marked ? Denied(reply)
            : row.IsWhole ? Code(reply, "access.narrowed")
            : !row.HasOwnRecords ? Code(reply, "access.not-own-records")
            : Hidden(row, reply, await mine.Wrote(before, $"person:{who.Person.Id}"), MatrixCompany.Canary);
    }

    /// <summary>One's own shows, and others' beside it does not; a change is done, or refused by the order's
    /// state.</summary>
    public static async Task<string?> Reached(MatrixCompany mine, MatrixRow row, string credential, Things own)
    {
        var reply = await mine.Ask(row, credential, await Fresh(mine, row, own));
        var good =
            reply.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Conflict
            && !MatrixCompany.Shows(reply);
        var figures = row.Route.EndsWith("/counts", StringComparison.Ordinal);
        var shown = figures || !row.Route.StartsWith("GET", StringComparison.Ordinal) || reply.Text.Contains("own-");
        return good && shown ? null : $"one's own is not reached: {(int)reply.Status} {reply.Text}";
    }

    public static string? Door(Reply reply) =>
        reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        || reply.Status == HttpStatusCode.InternalServerError
            ? $"the door is shut to a marked role: {(int)reply.Status} {reply.Text}"
            : null;

    public static string? Code(Reply reply, string code) =>
        reply.Text.Contains($"\"{code}\"", StringComparison.Ordinal) && !MatrixCompany.Shows(reply)
            ? null
            : $"{(int)reply.Status} instead of {code}: {reply.Text}";

    private static string? Denied(Reply reply) => Code(reply, "access.missing-permission");

    /// <summary>A change wants an order that no other cell has changed, and an end a SKU that none needs.</summary>
    private static async Task<Things> Fresh(MatrixCompany mine, MatrixRow row, Things of) =>
        row.Route.EndsWith("/discontinue", StringComparison.Ordinal) ? of with { Sku = await mine.NewSku(of) }
        : row.Route.StartsWith("POST", StringComparison.Ordinal) && row.Route.Contains("{order}")
            ? of with
            {
                Order = await mine.Place(of),
            }
        : of;

    private static string KeyOf(string secret) => $"key:{secret[3..11]}";

    /// <summary>Nothing of the others shows; a write that names their things changes nothing, and what is named does
    /// not exist: a refusal for another reason would tell that it does.</summary>
    private static string? Hidden(MatrixRow row, Reply reply, bool wrote, string canary = MatrixCompany.OfSide)
    {
        if (MatrixCompany.Shows(reply, canary))
            return $"shows what is others': {reply.Text}";
        if (wrote)
            return "the log changed";
        if (reply.Status == HttpStatusCode.InternalServerError)
            return reply.Text;
        var isHidden =
            !MatrixCompany.Names(row) || reply.Status == HttpStatusCode.NotFound || Absent().IsMatch(reply.Text);
        return isHidden ? null : $"not hidden: {(int)reply.Status} {reply.Text}";
    }

    /// <summary>What a body that names what one may not see is refused with.</summary>
    [GeneratedRegex(
        "There is no (such|venture)|has no such|Nobody gives what they do not hold|A site belongs to a venture"
    )]
    private static partial Regex Absent();
}
