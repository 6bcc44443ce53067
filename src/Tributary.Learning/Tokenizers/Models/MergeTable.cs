using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>The merges of a BPE vocabulary by pair of token ids, in order of rank.</summary>
internal sealed class MergeTable : IPairRule
{
    private readonly Dictionary<long, (int Rank, int Merged)> merges = [];

    /// <summary>Adds the next merge; the earlier of two equal ones holds.</summary>
    /// <exception cref="InputException">One of its three tokens is not in the vocabulary.</exception>
    public void Add(string left, string right, Vocabulary vocabulary, string place)
    {
        var rank = merges.Count;
        merges.TryAdd(Key(Require(left), Require(right)), (rank, Require(left + right)));

        int Require(string token) => vocabulary.IdOf(token) ?? throw new InputException(
            $"{place}: the merge of '{Vocabulary.Show(left)}' and '{Vocabulary.Show(right)}' needs the token '{Vocabulary.Show(token)}', which the vocabulary lacks; take vocabulary and merges of one tokenizer");
    }

    /// <inheritdoc/>
    public bool TryMerge(in Symbol left, in Symbol right, out int rank, out int merged)
    {
        var found = merges.TryGetValue(Key(left.Id, right.Id), out var merge);
        (rank, merged) = merge;
        return found;
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;
}
