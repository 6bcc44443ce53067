namespace Tributary.Learning.Tokenizers;

/// <summary>Words by their characters, each with a number: finds the longest that a text begins with in one pass.</summary>
internal sealed class TokenTrie
{
    private readonly Dictionary<long, int> children = [];
    private readonly List<int> values = [None];

    /// <summary>No number, no node.</summary>
    public const int None = -1;

    /// <summary>The node from which every word begins.</summary>
    public const int Root = 0;

    /// <summary>Adds a word; the later of two equal ones holds.</summary>
    public void Add(ReadOnlySpan<char> word, int value)
    {
        var node = Root;
        foreach (var c in word)
        {
            if (!children.TryGetValue(Key(node, c), out var next))
            {
                next = values.Count;
                values.Add(None);
                children.Add(Key(node, c), next);
            }

            node = next;
        }

        values[node] = value;
    }

    /// <summary>The node one character further, or <see cref="None"/>.</summary>
    public int Step(int node, char c) => children.TryGetValue(Key(node, c), out var next) ? next : None;

    /// <summary>The number of the word that ends at a node, or <see cref="None"/>.</summary>
    public int ValueOf(int node) => values[node];

    /// <summary>Length of the longest word at the beginning of a text, or 0, and its number.</summary>
    public int Longest(ReadOnlySpan<char> text, out int value)
    {
        value = None;
        var length = 0;
        var node = Root;
        for (var i = 0; i < text.Length && (node = Step(node, text[i])) != None; i++)
        {
            if (values[node] != None)
            {
                (length, value) = (i + 1, values[node]);
            }
        }

        return length;
    }

    private static long Key(int node, char c) => unchecked((long)((((ulong)(uint)node << 16) | c) * 0x9E37_79B9_7F4A_7C15)); // one to one, spread over all bits
}
