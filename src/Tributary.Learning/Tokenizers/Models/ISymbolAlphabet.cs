namespace Tributary.Learning.Tokenizers.Models;

/// <summary>The smallest symbols of a BPE model.</summary>
internal interface ISymbolAlphabet
{
    /// <summary>The most symbols that one UTF-16 unit of text can become.</summary>
    int SymbolsPerCharacter { get; }

    /// <summary>Writes the symbols of a piece and gives their number. Sets the token id alone.</summary>
    int Fill(ReadOnlySpan<char> piece, Span<Symbol> symbols);

    /// <summary>The piece as a token of the vocabulary would be written.</summary>
    string Written(ReadOnlySpan<char> piece);
}
