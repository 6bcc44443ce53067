namespace Tributary.Learning.Tokenizers.Models;

/// <summary>One element of a piece while pairs are being merged: the text it covers, its token, its neighbours, and what merging it with the next would give.</summary>
internal struct Symbol
{
    /// <summary>A symbol that never merges.</summary>
    public const int Frozen = -2;

    /// <summary>A symbol without a token.</summary>
    public const int Unknown = -1;

    /// <summary>First character covered.</summary>
    public int Start;

    /// <summary>Characters covered.</summary>
    public int Length;

    /// <summary>Token id, <see cref="Unknown"/> or <see cref="Frozen"/>.</summary>
    public int Id;

    /// <summary>Index of the symbol before, or -1.</summary>
    public int Previous;

    /// <summary>Index of the symbol after, or -1.</summary>
    public int Next;

    /// <summary>Rank of the merge with the next symbol, or -1 when there is none.</summary>
    public int Rank;

    /// <summary>Token of that merge.</summary>
    public int Merged;

    /// <summary>A symbol before any merge.</summary>
    public void Begin(int id, int start, int length) => (Id, Start, Length) = (id, start, length);
}
