using System.Runtime.InteropServices;
using Tributary.Learning.Tokenizers.Encodings;

namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>A tokenizer put together from stages: added tokens, normaliser, pre-tokeniser, model, frame of special tokens, decoder.</summary>
internal sealed class PipelineTokenizer : ITokenizer
{
    private readonly Vocabulary vocabulary;
    private readonly ITokenModel model;
    private readonly AddedTokenFinder rawTokens;
    private readonly AddedTokenFinder normalizedTokens;
    private readonly HashSet<int> specialIds;

    /// <summary>Joins the stages; the vocabulary has to hold the added tokens already.</summary>
    public PipelineTokenizer(Vocabulary vocabulary, ITokenModel model, IReadOnlyList<AddedToken> added, SpecialTokens roles, IEnumerable<int> specialIds)
    {
        (this.vocabulary, this.model, Roles) = (vocabulary, model, roles);
        rawTokens = new AddedTokenFinder(added.Where(t => !t.Normalized));
        normalizedTokens = new AddedTokenFinder(added.Where(t => t.Normalized));
        this.specialIds = [.. specialIds, .. added.Where(t => t.Special).Select(t => (int)t.Id)];
    }

    /// <summary>Put before every text, even an empty one.</summary>
    public string TextPrefix { get; init; } = string.Empty;

    /// <summary>First stage; absent: the text as it is.</summary>
    public INormalizer? Normalizer { get; init; }

    /// <summary>Second stage; absent: one piece.</summary>
    public IPreTokenizer? PreTokenizer { get; init; }

    /// <inheritdoc/>
    public TextFrame Frame { get; init; } = TextFrame.None;

    /// <inheritdoc/>
    public EncodingDefaults Defaults { get; init; } = EncodingDefaults.None;

    /// <summary>Ranges of tokens leave out the blanks at their ends.</summary>
    public bool TrimsRanges { get; init; }

    /// <summary>Last stage; absent: tokens joined by spaces.</summary>
    public ITokenDecoder? Decoder { get; init; }

    /// <inheritdoc/>
    public required string Hash { get; init; }

    /// <inheritdoc/>
    public int VocabularySize => vocabulary.Size;

    /// <inheritdoc/>
    public SpecialTokens Roles { get; }

    /// <inheritdoc/>
    public EncodedToken[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var original = TextCleaning.WellFormed(text);
        var whole = AlignedText.Of(TextPrefix + original, TextPrefix.Length);
        var tokens = new List<EncodedToken>((whole.Length / 3) + 4);
        var sink = new ModelSink(model, tokens);
        var at = 0;
        while (at < whole.Length)
        {
            var found = rawTokens.TryFind(whole.Text, at, out var begin, out var end, out var token);
            if (begin > at)
            {
                EncodeStretch(whole.Slice(at, begin), sink);
            }

            if (found)
            {
                tokens.Add(new EncodedToken((int)token.Id, whole.OriginOf(begin, end)));
            }

            at = end;
        }

        return [.. TrimsRanges ? tokens.ConvertAll(token => token with { Range = Trim(original, token.Range) }) : tokens];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (vocabulary.TokenOf(id) is { } token && !(skipSpecialTokens && specialIds.Contains(id)))
            {
                tokens.Add(token);
            }
        }

        return Decoder is null ? string.Join(' ', tokens) : string.Concat(Decoder.Decode(tokens));
    }

    /// <inheritdoc/>
    public string TokenOf(int id) => vocabulary.RequireToken(id);

    /// <inheritdoc/>
    public int? IdOf(string token) => vocabulary.IdOf(token);

    private void EncodeStretch(AlignedText stretch, ModelSink sink)
    {
        var text = Normalizer?.Normalize(stretch) ?? stretch;
        var at = 0;
        while (at < text.Length)
        {
            var found = normalizedTokens.TryFind(text.Text, at, out var begin, out var end, out var token);
            if (begin > at && PreTokenizer is null)
            {
                sink.Add(new Piece(text, at, begin));
            }
            else if (begin > at)
            {
                PreTokenizer!.Split(new Piece(text, at, begin), sink);
            }

            if (found)
            {
                sink.Tokens.Add(new EncodedToken((int)token.Id, text.OriginOf(begin, end)));
            }

            at = end;
        }
    }

    private static TextRange Trim(string text, TextRange range)
    {
        var (start, end) = (range.Start, range.End);
        while (start < end && text[start] == ' ')
        {
            start++;
        }

        while (end > start && text[end - 1] == ' ')
        {
            end--;
        }

        return new TextRange(start, end);
    }

    /// <summary>Runs the model and turns ranges of the piece into ranges of the original text.</summary>
    private sealed class ModelSink(ITokenModel model, List<EncodedToken> tokens) : IPieceSink
    {
        public List<EncodedToken> Tokens => tokens;

        public void Add(Piece piece)
        {
            var before = tokens.Count;
            model.Encode(piece.Span, tokens);
            foreach (ref var token in CollectionsMarshal.AsSpan(tokens)[before..])
            {
                token = token with { Range = piece.Source.OriginOf(piece.Start + token.Range.Start, piece.Start + token.Range.End) };
            }
        }
    }
}
