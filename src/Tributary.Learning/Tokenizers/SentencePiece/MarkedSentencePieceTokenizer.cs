using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>How text between special tokens reaches a SentencePiece model.</summary>
/// <param name="Legacy">Every stretch begins as if after a space; otherwise only the text does.</param>
/// <param name="AddPrefixSpace">Without legacy: the text begins as if after a space.</param>
internal sealed record StretchRules(bool Legacy = true, bool AddPrefixSpace = true);

/// <summary>A SentencePiece model with special tokens recognised in the text, as LLaMA 1 and 2, Gemma and T5 use it.</summary>
internal sealed class MarkedSentencePieceTokenizer : ITokenizer
{
    private const string Space = "\u2581";

    private readonly SentencePieceProcessor processor;
    private readonly StretchRules rules;
    private readonly Vocabulary vocabulary;
    private readonly AddedTokenFinder finder;
    private readonly HashSet<int> special;
    private readonly string unknownText;
    private readonly int unknownPieces;

    /// <summary>Joins the parts; <paramref name="vocabulary"/> holds pieces and added tokens, <paramref name="added"/> the tokens to recognise in a text.</summary>
    public MarkedSentencePieceTokenizer(
        SentencePieceProcessor processor, StretchRules rules, Vocabulary vocabulary, IReadOnlyList<AddedToken> added, SpecialTokens roles)
    {
        (this.processor, this.rules, this.vocabulary, Roles) = (processor, rules, vocabulary, roles);
        finder = new AddedTokenFinder(added);
        special = [.. added.Where(t => t.Special).Select(t => (int)t.Id)];
        unknownText = processor.Pieces[processor.Pieces.Unknown].Text;
        unknownPieces = Plain(AlignedText.Of(unknownText)).Count;
    }

    /// <summary>How ids are read back.</summary>
    public required ISentencePieceDecoder Decoder { get; init; }

    /// <inheritdoc/>
    public required TextFrame Frame { get; init; }

    /// <inheritdoc/>
    public required string Hash { get; init; }

    /// <inheritdoc/>
    public int VocabularySize => vocabulary.Size;

    /// <inheritdoc/>
    public SpecialTokens Roles { get; }

    /// <inheritdoc/>
    public string TokenOf(int id) => vocabulary.RequireToken(id);

    /// <inheritdoc/>
    public int? IdOf(string token) => vocabulary.IdOf(token);

    /// <inheritdoc/>
    public EncodedToken[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var whole = Prepared(TextCleaning.WellFormed(text));
        var tokens = new List<EncodedToken>((whole.Length / 3) + 4);
        var at = 0;
        while (at < whole.Length)
        {
            var found = finder.TryFind(whole.Text, at, out var begin, out var end, out var token);
            if (begin > at)
            {
                tokens.AddRange(Stretch(whole.Slice(at, begin)));
            }

            if (found)
            {
                tokens.Add(new EncodedToken((int)token.Id, whole.OriginOf(begin, end)));
            }

            at = end;
        }

        // The prefix must not become a token of its own before a special token.
        if (!rules.Legacy && tokens.Count > 1 && tokens[0].Id == vocabulary.IdOf(Space) && special.Contains(tokens[1].Id))
        {
            tokens.RemoveAt(0);
        }

        return [.. tokens];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        var known = new List<int>(ids.Length);
        foreach (var id in ids)
        {
            if (vocabulary.TokenOf(id) is not null && !(skipSpecialTokens && special.Contains(id)))
            {
                known.Add(id);
            }
        }

        return Decoder.Decode(known);
    }

    private AlignedText Prepared(string text)
    {
        if (rules.Legacy || text.Length == 0)
        {
            return AlignedText.Of(text);
        }

        var prefix = rules.AddPrefixSpace ? Space : string.Empty;
        return AlignedText.Of(prefix + text.Replace(Space, " ", StringComparison.Ordinal), prefix.Length);
    }

    // SentencePiece may drop a leading space; without legacy a known text before it keeps it, and is cut off again.
    private List<EncodedToken> Stretch(AlignedText stretch)
    {
        if (rules.Legacy || stretch.Text[0] is not (' ' or '\u2581'))
        {
            return Plain(stretch);
        }

        var tokens = Plain(Pipeline.Piece.Of(stretch).Prefixed(unknownText).Source);
        return tokens.Count >= unknownPieces ? tokens[unknownPieces..] : tokens;
    }

    private List<EncodedToken> Plain(AlignedText text)
    {
        var tokens = new List<EncodedToken>();
        processor.Encode(text, tokens);
        return tokens;
    }
}
