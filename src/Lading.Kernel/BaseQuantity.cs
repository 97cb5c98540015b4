using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lading.Kernel;

/// <summary>
/// A count of thousandths of a SKU's base unit: how stock is kept and summed. Checked arithmetic; may be negative as a
/// delta.
/// </summary>
[JsonConverter(typeof(BaseQuantityJson))]
public readonly record struct BaseQuantity(long Thousandths) : IComparable<BaseQuantity>
{
    /// <summary>Nothing.</summary>
    public static readonly BaseQuantity Zero;

    /// <summary>So many whole base units.</summary>
    public static BaseQuantity Units(long units) => new(checked(units * 1000));

    /// <summary>Less than, equal to, or more than zero.</summary>
    public int Sign => Math.Sign(Thousandths);

    /// <summary>The smaller of two.</summary>
    public static BaseQuantity Min(BaseQuantity a, BaseQuantity b) => a.Thousandths <= b.Thousandths ? a : b;

    /// <inheritdoc />
    public int CompareTo(BaseQuantity other) => Thousandths.CompareTo(other.Thousandths);

    /// <summary>In base units, exactly.</summary>
    public decimal ToDecimal() => Thousandths / 1000m;

    /// <inheritdoc />
    public override string ToString() => ToDecimal().ToString("0.###", CultureInfo.InvariantCulture);

    public static BaseQuantity operator +(BaseQuantity a, BaseQuantity b) =>
        new(checked(a.Thousandths + b.Thousandths));

    public static BaseQuantity operator -(BaseQuantity a, BaseQuantity b) =>
        new(checked(a.Thousandths - b.Thousandths));

    public static BaseQuantity operator -(BaseQuantity a) => new(checked(-a.Thousandths));

    public static bool operator <(BaseQuantity a, BaseQuantity b) => a.Thousandths < b.Thousandths;

    public static bool operator >(BaseQuantity a, BaseQuantity b) => a.Thousandths > b.Thousandths;

    public static bool operator <=(BaseQuantity a, BaseQuantity b) => a.Thousandths <= b.Thousandths;

    public static bool operator >=(BaseQuantity a, BaseQuantity b) => a.Thousandths >= b.Thousandths;
}

/// <summary>Stored as the whole number of thousandths: exact, short, and summable anywhere.</summary>
public sealed class BaseQuantityJson : JsonConverter<BaseQuantity>
{
    public override BaseQuantity Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, BaseQuantity value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Thousandths);
}
