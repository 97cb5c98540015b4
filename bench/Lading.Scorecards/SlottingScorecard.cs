namespace Lading.Scorecards;

public static class SlottingScorecard
{
    public static int Run(string[] args) => 0;
}
