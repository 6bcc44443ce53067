using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>A SentencePiece model by itself, with the library's behaviour.</summary>
internal sealed class SentencePieceTokenizer(SentencePieceProcessor processor, SpecialTokens roles, string hash) : ITokenizer
{
    /// <inheritdoc/>
    public int VocabularySize => processor.Pieces.Vocabulary.Size;

    /// <inheritdoc/>
    public SpecialTokens Roles => roles;

    /// <inheritdoc/>
    public TextFrame Frame => TextFrame.None;

    /// <inheritdoc/>
    public string Hash => hash;

    /// <inheritdoc/>
    public EncodedToken[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<EncodedToken>();
        processor.Encode(AlignedText.Of(TextCleaning.WellFormed(text)), tokens);
        return [.. tokens];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        var pieces = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (processor.Pieces.Vocabulary.TokenOf(id) is { } piece)
            {
                pieces.Add(piece);
            }
        }

        return processor.Decode(pieces);
    }

    /// <inheritdoc/>
    public string TokenOf(int id) => processor.Pieces.Vocabulary.RequireToken(id);

    /// <inheritdoc/>
    public int? IdOf(string token) => processor.Pieces.Vocabulary.IdOf(token);
}
