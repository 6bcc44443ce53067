using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>The merges of a BPE vocabulary by pair of token ids, in order of rank.</summary>
internal sealed class MergeTable : IPairRule
{
    private readonly Dictionary<long, (int Rank, int Merged)> merges = [];

    private int next;

    /// <summary>Adds the next merge; the later of two equal ones holds. The right half loses <paramref name="continuingPrefix"/> units.</summary>
    /// <exception cref="InputException">One of its three tokens is not in the vocabulary.</exception>
    public void Add(string left, string right, Vocabulary vocabulary, string place, int continuingPrefix = 0)
    {
        merges[Key(Require(left), Require(right))] = (next++, Require(left + right[Math.Min(continuingPrefix, right.Length)..]));

        int Require(string token) => vocabulary.IdOf(token) ?? throw new InputException(
            $"{place}: the merge of '{Vocabulary.Show(left)}' and '{Vocabulary.Show(right)}' needs the token '{Vocabulary.Show(token)}', which the vocabulary lacks; take vocabulary and merges of one tokenizer");
    }

    /// <summary>Sets a merge by ids; neighbours of equal rank merge leftmost first.</summary>
    public void Set(int left, int right, int rank, int merged) => merges[Key(left, right)] = (rank, merged);

    /// <inheritdoc/>
    public bool TryMerge(in Symbol left, in Symbol right, out int rank, out int merged)
    {
        var found = merges.TryGetValue(Key(left.Id, right.Id), out var merge);
        (rank, merged) = merge;
        return found;
    }

    // Spread over all bits, one to one: the hash of a long is the exclusive or of its halves, which is 0 for every doubled token.
    private static long Key(int left, int right) => unchecked((long)((((ulong)(uint)left << 32) | (uint)right) * 0x9E37_79B9_7F4A_7C15));
}
