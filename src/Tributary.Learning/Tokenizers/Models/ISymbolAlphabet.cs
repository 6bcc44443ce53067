namespace Tributary.Learning.Tokenizers.Models;

/// <summary>The smallest symbols of a BPE model.</summary>
internal interface ISymbolAlphabet
{
    /// <summary>At least as many symbols as a piece has.</summary>
    int Bound(ReadOnlySpan<char> piece);

    /// <summary>Writes the symbols of a piece, token id and characters covered, and gives their number.</summary>
    int Fill(ReadOnlySpan<char> piece, Span<Symbol> symbols);

    /// <summary>The piece as a token of the vocabulary would be written.</summary>
    string Written(ReadOnlySpan<char> piece);
}
