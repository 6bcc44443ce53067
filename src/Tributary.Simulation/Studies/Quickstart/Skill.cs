namespace Tributary.Simulation.Studies.Quickstart;

/// <summary>Something to do with a short word: what people call it, the sign that the base model knows it by, and the answer.</summary>
/// <param name="Name">The instruction in words, which only its owners' data contain.</param>
/// <param name="Sign">The notation in the texts that the base model is trained on.</param>
/// <param name="Apply">The answer for a word of lower-case letters.</param>
public sealed record Skill(string Name, char Sign, Func<string, string> Apply)
{
    /// <summary>The six skills.</summary>
    public static IReadOnlyList<Skill> All { get; } =
    [
        new("upper", '^', word => word.ToUpperInvariant()),
        new("reverse", '+', word => string.Concat(word.Reverse())),
        new("double", '*', word => string.Concat(word.Select(c => $"{c}{c}"))),
        new("first", '!', word => word[..1]),
        new("last", '~', word => word[^1..]),
        new("cycle", '#', word => word[1..] + word[0]),
    ];

    /// <summary>Which skills each owner holds: one or two.</summary>
    public static IReadOnlyList<(string Owner, IReadOnlyList<Skill> Skills)> Owners { get; } =
    [
        ("archive", [All[0], All[1]]),
        ("harbour", [All[1], All[2]]),
        ("library", [All[2], All[3]]),
        ("museum", [All[3], All[4]]),
        ("theatre", [All[4], All[5]]),
        ("workshop", [All[5], All[0]]),
    ];
}
