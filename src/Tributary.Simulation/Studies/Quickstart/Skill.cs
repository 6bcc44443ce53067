namespace Tributary.Simulation.Studies.Quickstart;

/// <summary>Something to do with a short word: what people call it, the sign that the base model knows it by, and the answer.</summary>
/// <param name="Name">The instruction in words, which only its owner's data contain.</param>
/// <param name="Sign">The notation in the texts that the base model is trained on.</param>
/// <param name="Apply">The answer for a word of lower-case letters.</param>
public sealed record Skill(string Name, char Sign, Func<string, string> Apply)
{
    /// <summary>The six skills.</summary>
    public static IReadOnlyList<Skill> All { get; } =
    [
        new("upper", '^', word => word.ToUpperInvariant()),
        new("next", '~', word => string.Concat(word.Select(c => (char)('a' + ((c - 'a' + 1) % 26))))),
        new("reverse", '+', word => string.Concat(word.Reverse())),
        new("double", '*', word => string.Concat(word.Select(c => $"{c}{c}"))),
        new("first", '!', word => word[..1]),
        new("sort", '#', word => string.Concat(word.Order())),
    ];

    /// <summary>Which skills each owner holds.</summary>
    public static IReadOnlyList<(string Owner, IReadOnlyList<Skill> Skills)> Owners { get; } =
    [
        ("harbour", [All[0]]),
        ("library", [All[1]]),
        ("museum", [All[2]]),
        ("theatre", [All[3]]),
        ("workshop", [All[4], All[5]]),
    ];
}
