using System.Reflection;
using Tributary.Federation.Methods;
using Xunit.Sdk;

namespace Tributary.Federation.Tests.Methods;

/// <summary>
/// How many cases of this project's tests hold a method to its specification: those of the class named after it (FlexLora: FlexLoraTests), those with the trait Method = its id,
/// and those of the contract suite that apply to it. Counted from the tests themselves, all of which must pass.
/// </summary>
internal static class ConformanceCount
{
    /// <summary>Cases about this method alone.</summary>
    public static int Own(Method method)
    {
        var name = PropertyOf(method) + "Tests";
        return Tests().Where(test => test.DeclaringType!.Name == name || Names(test, method)).Sum(test => Cases(test).Count());
    }

    /// <summary>Cases of the contract suite that apply to it.</summary>
    public static int Common(Method method) => Tests().Where(test => test.DeclaringType == typeof(MethodContractTests)).Sum(test => Cases(test).Count(row => row is [string id, ..] && id == method.Id));

    private static IEnumerable<MethodInfo> Tests() => typeof(ConformanceCount).Assembly.GetTypes()
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
