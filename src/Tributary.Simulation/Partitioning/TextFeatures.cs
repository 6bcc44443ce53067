using Tributary.Learning.Data;

namespace Tributary.Simulation.Partitioning;

/// <summary>Hashed bag-of-words vectors of rows: (1 + ln tf) · ln(n / df), of unit length.</summary>
internal static class TextFeatures
{
    /// <summary>Number of buckets that words are hashed into.</summary>
    public const int Dimensions = 4096;

    public static SparseVector[] Of(IReadOnlyList<Example> examples)
    {
        SortedDictionary<int, int>[] counts = [.. examples.Select(Counts)];
        var documents = new int[Dimensions];
        foreach (var bucket in counts.SelectMany(row => row.Keys))
        {
            documents[bucket]++;
        }

        return Array.ConvertAll(counts, row => Weighted(row, documents, examples.Count));
    }

    private static SparseVector Weighted(SortedDictionary<int, int> counts, int[] documents, int total)
    {
        int[] indices = [.. counts.Keys];
        double[] values = [.. counts.Select(pair => (1 + Math.Log(pair.Value)) * Math.Log((1.0 + total) / documents[pair.Key]))];
        var length = Math.Sqrt(values.Sum(value => value * value));
        return new SparseVector(indices, length > 0 ? Array.ConvertAll(values, value => value / length) : values);
    }

    private static SortedDictionary<int, int> Counts(Example example)
    {
        var counts = new SortedDictionary<int, int>();
        foreach (var text in Texts(example))
        {
            var start = -1;
            for (var i = 0; i <= text.Length; i++)
            {
                var inWord = i < text.Length && char.IsLetterOrDigit(text[i]);
                if (inWord && start < 0)
                {
                    start = i;
                }
                else if (!inWord && start >= 0)
                {
                    var bucket = Bucket(text.AsSpan(start, i - start));
                    counts[bucket] = counts.GetValueOrDefault(bucket) + 1;
                    start = -1;
                }
            }
        }

        return counts;
    }

    private static IEnumerable<string> Texts(Example example) => example switch
    {
        InstructionExample row => [row.Instruction, row.Context, row.Response],
        ConversationExample row => row.Messages.Select(message => message.Content),
        ClassificationExample row => [row.Text, row.Pair ?? string.Empty],
        TokensExample row => row.Tokens,
        TextExample row => [row.Text],
        _ => throw new ArgumentOutOfRangeException(nameof(example), example.GetType(), "unknown kind of example"),
    };

    // FNV-1a over lower-case letters; the upper half of the hash is the better mixed one.
    private static int Bucket(ReadOnlySpan<char> word)
    {
        var hash = 2166136261u;
        foreach (var character in word)
        {
            hash = (hash ^ char.ToLowerInvariant(character)) * 16777619;
        }

        return (int)((hash ^ (hash >> 16)) % Dimensions);
    }
}
