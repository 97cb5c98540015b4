namespace Lading.Inventory;

/// <summary>
/// The time of a decision, and the day it then is at each site: a site's business day is that of its own time zone.
/// It comes with the command, so that a rule stays a function; facts are folded without it.
/// </summary>
/// <param name="now">UTC.</param>
/// <param name="zoneOf">The zone of a site; null where there is none known: UTC.</param>
public sealed class SiteTime(DateTime now, Func<string, TimeZoneInfo?> zoneOf)
{
    private string? site;
    private DateOnly day;

    /// <summary>UTC.</summary>
    public DateTime Now { get; } = now;

    /// <summary>The day at a site. A decision asks for one site many times in a row.</summary>
    public DateOnly DayAt(string at)
    {
        if (at != site)
            (site, day) = (at, DateOnly.FromDateTime(At(zoneOf(at))));
        return day;
    }

    private DateTime At(TimeZoneInfo? zone) => zone is null ? Now : TimeZoneInfo.ConvertTimeFromUtc(Now, zone);
}
