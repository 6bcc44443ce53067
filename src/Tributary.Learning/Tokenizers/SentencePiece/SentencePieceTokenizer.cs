namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>A SentencePiece model by itself, with the library's behaviour.</summary>
internal sealed class SentencePieceTokenizer(SentencePieceProcessor processor, SpecialTokens roles, string hash) : ITokenizer
{
    /// <inheritdoc/>
    public int VocabularySize => processor.Pieces.Vocabulary.Size;

    /// <inheritdoc/>
    public int? BosId => roles.Bos;

    /// <inheritdoc/>
    public int? EosId => roles.Eos;

    /// <inheritdoc/>
    public int? PadId => roles.Pad;

    /// <inheritdoc/>
    public int? UnkId => roles.Unk;

    /// <inheritdoc/>
    public string Hash => hash;

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        processor.Encode(TextCleaning.WellFormed(text), ids);
        return [.. ids];
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
