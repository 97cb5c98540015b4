using Lading.Scorecards;

return args switch
{
    ["forecast", .. var rest] => ForecastScorecard.Run(rest),
    ["anomaly", .. var rest] => AnomalyScorecard.Run(rest),
    _ => 2,
};
