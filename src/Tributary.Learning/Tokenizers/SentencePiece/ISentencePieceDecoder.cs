namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>Reads ids of a SentencePiece model with special tokens back as text.</summary>
internal interface ISentencePieceDecoder
{
    /// <summary>The text of ids, each of which has a token.</summary>
    string Decode(IReadOnlyList<int> ids);
}
