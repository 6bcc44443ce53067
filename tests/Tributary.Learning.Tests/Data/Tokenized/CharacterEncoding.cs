using Tributary.Learning.Data.Tokenized;

namespace Tributary.Learning.Tests.Data.Tokenized;

/// <summary>One token a character, so that expectations can be read.</summary>
internal static class CharacterEncoding
{
    public const int Begin = 1;
    public const int End = 2;

    public static TextEncoding Full { get; } = new(Ids, Begin, End);

    public static TextEncoding Bare { get; } = new(Ids, null, null);

    public static IReadOnlyList<int> Ids(string text) => [.. text.Select(character => (int)character)];

    public static string Text(IEnumerable<int> ids) =>
        string.Concat(ids.Select(id => id switch { Begin => '^', End => '$', -100 => '_', _ => (char)id }));
}
