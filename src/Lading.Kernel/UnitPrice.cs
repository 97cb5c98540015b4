namespace Lading.Kernel;

/// <summary>A price for one unit of measure, in millionths of the currency's major unit; rounded half-even once, per line.</summary>
public readonly record struct UnitPrice(string Currency, long Millionths, string Per);
