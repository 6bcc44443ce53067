using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>What a LLaMA tokenizer's configuration sets.</summary>
/// <param name="Legacy">Every stretch between special tokens begins as if after a space; otherwise only the text does.</param>
/// <param name="AddPrefixSpace">Without legacy: the text begins as if after a space.</param>
/// <param name="AddBos">The beginning token stands before a text when special tokens are asked for.</param>
/// <param name="AddEos">Likewise the ending token after it.</param>
internal sealed record LlamaSettings(bool Legacy = true, bool AddPrefixSpace = true, bool AddBos = true, bool AddEos = false);

/// <summary>A SentencePiece model with special tokens recognised in the text, as LLaMA 1 and 2 use it.</summary>
internal sealed class LlamaTokenizer : ITokenizer
{
    private const string Space = "\u2581";

    private readonly SentencePieceProcessor processor;
    private readonly LlamaSettings settings;
    private readonly Vocabulary vocabulary;
    private readonly SpecialTokens roles;
    private readonly AddedTokenFinder finder;
    private readonly HashSet<int> special;
    private readonly HashSet<int> plainAdded;
    private readonly string unknownText;
    private readonly int unknownPieces;

    /// <summary>Joins the parts; <paramref name="vocabulary"/> holds pieces and added tokens, <paramref name="added"/> the tokens to recognise in a text.</summary>
    public LlamaTokenizer(SentencePieceProcessor processor, LlamaSettings settings, Vocabulary vocabulary, IReadOnlyList<AddedToken> added, SpecialTokens roles)
    {
        (this.processor, this.settings, this.vocabulary, this.roles) = (processor, settings, vocabulary, roles);
        finder = new AddedTokenFinder(added);
        special = [.. added.Where(t => t.Special).Select(t => (int)t.Id)];
        plainAdded = [.. added.Where(t => !t.Special).Select(t => (int)t.Id)];
        unknownText = processor.Pieces[processor.Pieces.Unknown].Text;
        unknownPieces = EncodePlain(unknownText).Count;
    }

    /// <inheritdoc/>
    public required string Hash { get; init; }

    /// <inheritdoc/>
    public int VocabularySize => vocabulary.Size;

    /// <inheritdoc/>
    public int? BosId => roles.Bos;

    /// <inheritdoc/>
    public int? EosId => roles.Eos;

    /// <inheritdoc/>
    public int? PadId => roles.Pad;

    /// <inheritdoc/>
    public int? UnkId => roles.Unk;

    /// <inheritdoc/>
    public string TokenOf(int id) => vocabulary.RequireToken(id);

    /// <inheritdoc/>
    public int? IdOf(string token) => vocabulary.IdOf(token);

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = EncodeText(TextCleaning.WellFormed(text));
        int[] before = addSpecialTokens && settings.AddBos && roles.Bos is { } bos ? [bos] : [];
        int[] after = addSpecialTokens && settings.AddEos && roles.Eos is { } eos ? [eos] : [];
        return [.. before, .. ids, .. after];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        var text = new System.Text.StringBuilder();
        var stretch = new List<int>();
        foreach (var id in ids)
        {
            if (plainAdded.Contains(id))
            {
                text.Append(DecodeStretch(stretch)).Append(vocabulary.TokenOf(id));
                stretch.Clear();
            }
            else if (vocabulary.TokenOf(id) is not null && !(skipSpecialTokens && special.Contains(id)))
            {
                stretch.Add(id);
            }
        }

        return text.Append(DecodeStretch(stretch)).ToString();
    }

    private List<int> EncodeText(string text)
    {
        if (!settings.Legacy && text.Length > 0)
        {
            text = (settings.AddPrefixSpace ? Space : string.Empty) + text.Replace(Space, " ", StringComparison.Ordinal);
        }

        var ids = new List<int>((text.Length / 3) + 4);
        var at = 0;
        while (at < text.Length)
        {
            var found = finder.TryFind(text, at, out var begin, out var end, out var token);
            if (begin > at)
            {
                ids.AddRange(EncodeStretch(text[at..begin]));
            }

            if (found)
            {
                ids.Add((int)token.Id);
            }

            at = end;
        }

        // The prefix must not become a token of its own before a special token.
        if (!settings.Legacy && ids.Count > 1 && ids[0] == vocabulary.IdOf(Space) && special.Contains(ids[1]))
        {
            ids.RemoveAt(0);
        }

        return ids;
    }

    // SentencePiece may drop a leading space; without legacy a known text before it keeps it, and is cut off again.
    private List<int> EncodeStretch(string stretch)
    {
        if (settings.Legacy || !(stretch[0] is ' ' || stretch.StartsWith(Space, StringComparison.Ordinal)))
        {
            return EncodePlain(stretch);
        }

        var ids = EncodePlain(unknownText + stretch);
        return ids.Count >= unknownPieces ? ids[unknownPieces..] : ids;
    }

    private List<int> EncodePlain(string text)
    {
        var ids = new List<int>();
        processor.Encode(text, ids);
        return ids;
    }

    private string DecodeStretch(List<int> ids)
    {
        if (ids.Count == 0)
        {
            return string.Empty;
        }

        var text = new System.Text.StringBuilder();
        var pieces = new List<string>();
        var afterSpecial = false;
        for (var i = 0; i < ids.Count; i++)
        {
            var token = vocabulary.RequireToken(ids[i]);
            var startsWithSpace = token.StartsWith(Space, StringComparison.Ordinal);
            if (special.Contains(ids[i]))
            {
                text.Append(!afterSpecial && i != 0 && settings.Legacy ? " " : string.Empty).Append(processor.Decode(pieces)).Append(token);
                pieces.Clear();
                afterSpecial = true;
                continue;
            }

            if (afterSpecial && i == 1 && settings.AddPrefixSpace && !startsWithSpace)
            {
                text.Append(' ');
            }

            pieces.Add(i == 0 && startsWithSpace && settings.AddPrefixSpace ? token[1..] : token);
            afterSpecial = false;
        }

        return text.Append(processor.Decode(pieces)).ToString();
    }
}
