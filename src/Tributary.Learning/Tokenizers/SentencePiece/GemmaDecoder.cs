namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>Gemma's way: every added token as it is written, whatever stands beside it.</summary>
internal sealed class GemmaDecoder(SentencePieceProcessor processor, Vocabulary vocabulary, IReadOnlySet<int> added) : ISentencePieceDecoder
{
    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids) => string.Concat(StretchSplitter.Split(ids, added.Contains)
        .Select(part => part.Alone is { } token ? vocabulary.RequireToken(token) : processor.Decode(part.Run.Select(vocabulary.RequireToken)))).Replace('\u2581', ' ');
}
