namespace Tributary.Learning.Tokenizers.Training;

/// <summary>A merge that training found: two symbols and the one they become.</summary>
internal readonly record struct TrainedMerge(int Left, int Right, int Merged);

/// <summary>
/// Merges the most frequent pair of neighbours over and over (Sennrich et al., arXiv:1508.07909). Of pairs equally frequent the one with the lower left symbol goes
/// first, then the one with the lower right symbol: the result depends on the words and their counts alone.
/// </summary>
internal sealed class PairTrainer
{
    private readonly List<Word> words = [];
    private readonly Dictionary<(int Left, int Right), long> counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> places = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> queue = new();

    /// <summary>Adds a word as symbols, with the number of times it occurs.</summary>
    public void Add(int[] symbols, long count)
    {
        words.Add(new Word(symbols, count));
        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            Change((symbols[i], symbols[i + 1]), count, words.Count - 1);
        }
    }

    /// <summary>
    /// Finds merges until there are <paramref name="most"/> or no pair occurs <paramref name="leastCount"/> times. <paramref name="merged"/> gives the symbol of a pair.
    /// </summary>
    public List<TrainedMerge> Train(int most, long leastCount, Func<int, int, int> merged)
    {
        foreach (var (pair, count) in counts)
        {
            queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        }

        var merges = new List<TrainedMerge>();
        while (merges.Count < most && queue.TryDequeue(out var pair, out var priority))
        {
            var count = counts.GetValueOrDefault(pair);
            if (count != -priority.NegativeCount)
            {
                continue; // an entry for the count of now is in the queue as well
            }

            if (count < leastCount)
            {
                break;
            }

            var merge = new TrainedMerge(pair.Left, pair.Right, merged(pair.Left, pair.Right));
            merges.Add(merge);
            Apply(merge);
        }

        return merges;
    }

    private void Apply(TrainedMerge merge)
    {
        if (!places.Remove((merge.Left, merge.Right), out var where))
        {
            return;
        }

        var changed = new HashSet<(int, int)>();
        foreach (var number in where)
        {
            var word = words[number];
            for (var i = 0; i + 1 < word.Symbols.Length; i++)
            {
                changed.Add((word.Symbols[i], word.Symbols[i + 1]));
                Change((word.Symbols[i], word.Symbols[i + 1]), -word.Count, number);
            }

            word = word with { Symbols = Joined(word.Symbols, merge) };
            words[number] = word;
            for (var i = 0; i + 1 < word.Symbols.Length; i++)
            {
                changed.Add((word.Symbols[i], word.Symbols[i + 1]));
                Change((word.Symbols[i], word.Symbols[i + 1]), word.Count, number);
            }
        }

        foreach (var pair in changed)
        {
            if (counts.GetValueOrDefault(pair) is > 0 and var count)
            {
                queue.Enqueue(pair, (-count, pair.Item1, pair.Item2));
            }
        }
    }

    private static int[] Joined(int[] symbols, TrainedMerge merge)
    {
        var result = new List<int>(symbols.Length);
        for (var i = 0; i < symbols.Length; i++)
        {
            var joins = i + 1 < symbols.Length && symbols[i] == merge.Left && symbols[i + 1] == merge.Right;
            result.Add(joins ? merge.Merged : symbols[i]);
            i += joins ? 1 : 0;
        }

        return [.. result];
    }

    private void Change((int Left, int Right) pair, long by, int word)
    {
        counts[pair] = counts.GetValueOrDefault(pair) + by;
        if (by > 0)
        {
            (places.TryGetValue(pair, out var where) ? where : places[pair] = []).Add(word);
        }
    }

    private readonly record struct Word(int[] Symbols, long Count);
}
