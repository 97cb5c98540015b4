using System.Reflection;
using System.Runtime.CompilerServices;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

/// <summary>What every type of the kernel owes its users, checked by reflection.</summary>
public sealed class ConformanceTests
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] Public = typeof(Money).Assembly.GetExportedTypes();

    public static TheoryData<Type> Structs => [.. Public.Where(t => t is { IsValueType: true, IsEnum: false })];

    [Theory]
    [MemberData(nameof(Structs))]
    public void A_struct_is_readonly_and_compares_by_value(Type type)
    {
        type.IsDefined(typeof(IsReadOnlyAttribute)).ShouldBeTrue($"{type.Name} can be changed in place.");
        Declares(type, nameof(Equals), typeof(object)).ShouldBeTrue($"{type.Name} inherits Equals.");
        Declares(type, nameof(GetHashCode)).ShouldBeTrue($"{type.Name} inherits GetHashCode.");
        typeof(IEquatable<>).MakeGenericType(type).IsAssignableFrom(type).ShouldBeTrue($"{type.Name} boxes.");
        Declares(type, "op_Equality", type, type).ShouldBeTrue($"{type.Name} has no ==.");
    }

    [Theory]
    [MemberData(nameof(Structs))]
    public void An_uninitialised_struct_can_be_shown_and_compared(Type type)
    {
        var (one, two) = (Activator.CreateInstance(type)!, Activator.CreateInstance(type)!);
        one.Equals(two).ShouldBeTrue();
        one.GetHashCode().ShouldBe(two.GetHashCode());
        one.ToString().ShouldNotBeNull();
    }

    [Fact]
    public void A_class_is_sealed_static_or_meant_to_be_inherited() =>
        Public.Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false }).ShouldBeEmpty();

    [Fact]
    public void A_value_that_orders_has_all_four_comparisons()
    {
        foreach (var type in Public.Where(t => t.IsValueType && Orders(t)))
        {
            foreach (var name in new[] { "LessThan", "GreaterThan", "LessThanOrEqual", "GreaterThanOrEqual" })
                Declares(type, $"op_{name}", type, type).ShouldBeTrue($"{type.Name} lacks {name}.");
        }
    }

    private static bool Orders(Type type) => typeof(IComparable<>).MakeGenericType(type).IsAssignableFrom(type);

    private static bool Declares(Type type, string name, params Type[] parameters) =>
        type.GetMethod(name, Own, parameters) is not null;
}
