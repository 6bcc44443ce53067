using System.Reflection;
using Tributary.Federation.Methods;
using Xunit.Sdk;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The checks of one specification: how many there are, those that tests hold, and those of which something stays open.</summary>
internal sealed record SpecifiedChecks(int Count, IReadOnlyList<int> Tested, IReadOnlyList<OpenCheckAttribute> Open)
{
    /// <summary>How many are held wholly.</summary>
    public int Held => Tested.Except(Open.Select(open => open.Number)).Count();
}

/// <summary>
/// How far a method is held to its specification: the checks of that which tests name (<see cref="ChecksAttribute"/>), the cases about it (those of the class named after it,
/// FlexLora: FlexLoraTests, and those with the trait Method = its id) and those of the contract suites that apply to it. Counted from the tests themselves, all of which must pass.
/// </summary>
internal static class ConformanceCount
{
    /// <summary>The checks of its specification; null when no test class says how many there are.</summary>
    public static SpecifiedChecks? Specified(Method method)
    {
        var type = Types().SingleOrDefault(type => type.GetCustomAttribute<SpecificationAttribute>()?.Methods.Contains(method.Id) == true);
        if (type?.GetCustomAttribute<SpecificationAttribute>() is not { } specification)
        {
            return null;
        }

        var tested = Tests().SelectMany(test => test.GetCustomAttributes<ChecksAttribute>()
            .Where(checks => checks.Of is null ? test.DeclaringType == type : specification.Methods.Contains(checks.Of)).SelectMany(checks => checks.Numbers));
        return new SpecifiedChecks(specification.Checks, [.. tested.Distinct().Order()], [.. type.GetCustomAttributes<OpenCheckAttribute>().OrderBy(open => open.Number)]);
    }

    /// <summary>Cases about this method alone.</summary>
    public static int Own(Method method)
    {
        var name = PropertyOf(method) + "Tests";
        return Tests().Where(test => test.DeclaringType!.Name == name || Names(test, method)).Sum(test => Cases(test).Count());
    }

    /// <summary>Cases of the contract suites that apply to it.</summary>
    public static int Common(Method method) => Tests().Where(test => test.DeclaringType == typeof(MethodContractTests) || test.DeclaringType == typeof(OwnAdapterContractTests))
        .Sum(test => Cases(test).Count(row => row is [string id, ..] && id == method.Id));

    private static Type[] Types() => typeof(ConformanceCount).Assembly.GetTypes();

    private static IEnumerable<MethodInfo> Tests() => Types()
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(test => test.GetCustomAttribute<FactAttribute>() is not null);

    // One case for a fact, one for each row of a theory.
    private static IEnumerable<object?[]> Cases(MethodInfo test)
    {
        var rows = test.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(test)).ToArray();
        return rows.Length > 0 ? rows : [[]];
    }

    private static bool Names(MethodInfo test, Method method) =>
        test.GetCustomAttributesData().Concat(test.DeclaringType!.GetCustomAttributesData()).Any(attribute => attribute.AttributeType == typeof(TraitAttribute)
            && attribute.ConstructorArguments is [{ Value: "Method" }, { Value: string id }] && id == method.Id);

    private static string PropertyOf(Method method) => typeof(Catalogue).GetProperties(BindingFlags.Static | BindingFlags.Public)
        .First(property => property.PropertyType == typeof(Method) && ((Method)property.GetValue(null)!).Id == method.Id).Name;
}
