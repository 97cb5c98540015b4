namespace Lading.Optimization.Travel;

/// <summary>Arrival times: free travel, slowed by the hour, corrected by what history says about the key.</summary>
public sealed class ArrivalEstimate(ITravelModel travel, SpeedProfile profile, TravelCorrection correction)
{
    /// <summary>
    /// When a vehicle that leaves at <paramref name="departure"/> (seconds, see <see cref="SpeedProfile"/>) is there
    /// with the given probability.
    /// </summary>
    /// <exception cref="OptimizationInputException">A place is unknown or a number out of bounds.</exception>
    public double Arrival(int from, int to, double departure, string key, double probability = 0.5) =>
        departure + Forecast(from, to, departure) * correction.Factor(key, probability);

    /// <summary>
    /// Seconds without correction: what <see cref="TravelCorrection.Learn"/> wants beside the actual time.
    /// </summary>
    public double Forecast(int from, int to, double departure) =>
        profile.Arrival(departure, travel.Leg(from, to).Seconds) - departure;
}
