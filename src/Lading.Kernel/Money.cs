namespace Lading.Kernel;

/// <summary>An amount: whole minor units of a currency (ISO 4217). For amounts only; a price is a <see cref="UnitPrice"/>.</summary>
public readonly record struct Money(string Currency, long Minor);
