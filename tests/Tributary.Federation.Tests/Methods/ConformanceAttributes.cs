namespace Tributary.Federation.Tests.Methods;

/// <summary>How many checks the specification of one method, or of several, ends with. The tests of the class hold each of them, or the class says which stay open.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SpecificationAttribute(int checks, params string[] methods) : Attribute
{
    /// <summary>Number of checks.</summary>
    public int Checks => checks;

    /// <summary>Ids of the methods.</summary>
    public IReadOnlyList<string> Methods => methods;
}

/// <summary>The checks that a test holds, by their places in the specification, from 1.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ChecksAttribute(params int[] numbers) : Attribute
{
    /// <summary>Places of the checks.</summary>
    public IReadOnlyList<int> Numbers => numbers;

    /// <summary>Whose specification it is, where the test stands in another class than that method's.</summary>
    public string? Of { get; init; }
}

/// <summary>A check that no test holds, or not all of it, and why.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class OpenCheckAttribute(int number, string reason) : Attribute
{
    /// <summary>Place of the check.</summary>
    public int Number => number;

    /// <summary>What is missing, and why.</summary>
    public string Reason => reason;
}
