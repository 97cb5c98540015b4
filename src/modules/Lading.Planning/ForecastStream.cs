using Lading.Platform.Http;

namespace Lading.Planning;

/// <summary>The events of <c>POST /plan/forecasts</c>: a member's name is the event's, its type that of the
/// data.</summary>
public sealed record ForecastStream(
    SeriesRead Read,
    Nothing Waiting,
    SeriesForecast Forecast,
    BackTestOf BackTest,
    Nothing Done,
    Problem Failed
);

/// <summary>The file as it was understood.</summary>
public sealed record SeriesRead(int Series, int Values, IReadOnlyList<SeriesNote> Notes);

/// <summary>What had to be repaired in a series.</summary>
public sealed record SeriesNote(string Series, string Words);

/// <summary>One series: its last values, what comes, and which method said so.</summary>
/// <param name="Before">How many values are older than the first of <paramref name="History"/>.</param>
public sealed record SeriesForecast(
    string Series,
    int Before,
    IReadOnlyList<double> History,
    IReadOnlyList<ForecastStep> Steps,
    string Method,
    string Reason
);

/// <summary>One step ahead, with the limits of both intervals.</summary>
public sealed record ForecastStep(double Mean, double Low80, double High80, double Low95, double High95);

/// <summary>How a method did on the held-out last points: errors, and the share of points inside its conformal
/// intervals. Null where it is not defined.</summary>
public sealed record BackTestOf(
    string Method,
    double? Smape,
    double? Mase,
    double? Owa,
    double? Inside80,
    double? Inside95,
    int Chosen
);
