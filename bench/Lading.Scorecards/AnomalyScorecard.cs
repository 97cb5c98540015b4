namespace Lading.Scorecards;

internal static class AnomalyScorecard
{
    public static int Run(string[] args) => 2;
}
