using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

/// <summary>Settings that mean less than they say with as few clients as there are: a run may have them, and its people should know.</summary>
public static class PopulationRules
{
    /// <summary>One line for each such setting.</summary>
    /// <param name="method">The method.</param>
    /// <param name="clients">How many clients there are.</param>
    public static IEnumerable<string> Warnings(Method method, int clients)
    {
        if (method.Pace is Pace.Buffer buffer && buffer.Size > clients)
        {
            yield return $"method.pace: a version is to close at {buffer.Size} answers but there are {clients} clients: each version waits for all of them, as with a whole cohort; lower size";
        }

        if (method.Combine is Combine.Edges edges && edges.Count > clients)
        {
            yield return $"method.combine: there are {edges.Count} edges but {clients} clients: some edges have none, and one with a single client joins nothing; lower count";
        }
    }
}
