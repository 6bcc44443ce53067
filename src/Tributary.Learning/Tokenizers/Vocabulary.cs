using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers;

/// <summary>Tokens by id and ids by token, built once.</summary>
internal sealed class Vocabulary(string source)
{
    // Far above any published vocabulary; keeps a lying id from claiming memory.
    private const int MaxSize = 1 << 22;
    private const int MaxTokenLength = 1024; // keeps a search for the longest token linear in the text

    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<string?> tokens = [];

    /// <summary>Largest id plus one.</summary>
    public int Size => tokens.Count;

    /// <summary>Adds a token. Saying the same twice is allowed, contradictions are not.</summary>
    /// <exception cref="InputException">The id is negative or absurd, or token or id is taken.</exception>
    public void Add(string token, long id)
    {
        if (id is < 0 or >= MaxSize)
        {
            throw new InputException($"{source}: token '{Show(token)}' has id {id}; ids lie in 0 … {MaxSize - 1}");
        }

        if (token.Length > MaxTokenLength)
        {
            throw new InputException($"{source}: token '{Show(token)}' has {token.Length} characters; at most {MaxTokenLength} are allowed");
        }

        if (ids.TryGetValue(token, out var other) ? other != id : id < tokens.Count && tokens[(int)id] is not null)
        {
            var taken = ids.ContainsKey(token) ? $"already has id {other}" : $"has id {id}, which token '{Show(tokens[(int)id]!)}' has already";
            throw new InputException($"{source}: token '{Show(token)}' {taken}; take the files of one and the same tokenizer");
        }

        while (tokens.Count <= id)
        {
            tokens.Add(null);
        }

        tokens[(int)id] = token;
        ids[token] = (int)id;
    }

    /// <summary>The token with this id, or null.</summary>
    public string? TokenOf(int id) => (uint)id < (uint)tokens.Count ? tokens[id] : null;

    /// <summary>The token with this id.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string RequireToken(int id) =>
        TokenOf(id) ?? throw new InputException($"{source}: no token has id {id}; the vocabulary holds ids 0 … {Size - 1}");

    /// <summary>The id of a token, or null.</summary>
    public int? IdOf(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>Look-up by a part of a text, without making a string of it.</summary>
    public Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> BySpan => ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A token as it can stand in a one-line message.</summary>
    public static string Show(string token) => (token.Length > 60 ? token[..60] + "…" : token).ReplaceLineEndings(" ");
}
