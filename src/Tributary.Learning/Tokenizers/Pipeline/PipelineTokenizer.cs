namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>A tokenizer put together from stages: added tokens, normaliser, pre-tokeniser, model, frame of special tokens, decoder.</summary>
internal sealed class PipelineTokenizer : ITokenizer
{
    private readonly AddedTokenFinder rawTokens;
    private readonly AddedTokenFinder normalizedTokens;
    private readonly HashSet<int> specialIds;

    /// <summary>Joins the stages; the vocabulary has to hold the added tokens already.</summary>
    public PipelineTokenizer(Vocabulary vocabulary, ITokenModel model, IReadOnlyList<AddedToken> added, SpecialTokens roles, IEnumerable<int> specialIds)
    {
        (Vocabulary, Model, Roles) = (vocabulary, model, roles);
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

    /// <summary>Fourth stage.</summary>
    public SpecialFrame Frame { get; init; } = SpecialFrame.None;

    /// <summary>Last stage; absent: tokens joined by spaces.</summary>
    public ITokenDecoder? Decoder { get; init; }

    /// <inheritdoc/>
    public required string Hash { get; init; }

    /// <inheritdoc/>
    public int VocabularySize => Vocabulary.Size;

    /// <inheritdoc/>
    public int? BosId => Roles.Bos;

    /// <inheritdoc/>
    public int? EosId => Roles.Eos;

    /// <inheritdoc/>
    public int? PadId => Roles.Pad;

    /// <inheritdoc/>
    public int? UnkId => Roles.Unk;

    private Vocabulary Vocabulary { get; }

    private ITokenModel Model { get; }

    private SpecialTokens Roles { get; }

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 3) + 4);
        if (addSpecialTokens)
        {
            ids.AddRange(Frame.Before);
        }

        var sink = new ModelSink(Model, ids);
        var whole = TextPrefix + TextCleaning.WellFormed(text);
        var at = 0;
        while (at < whole.Length)
        {
            var found = rawTokens.TryFind(whole, at, out var begin, out var end, out var token);
            if (begin > at)
            {
                EncodeStretch(at == 0 && begin == whole.Length ? whole : whole[at..begin], at == 0, sink);
            }

            if (found)
            {
                ids.Add((int)token.Id);
            }

            at = end;
        }

        if (addSpecialTokens)
        {
            ids.AddRange(Frame.After);
        }

        return [.. ids];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (Vocabulary.TokenOf(id) is { } token && !(skipSpecialTokens && specialIds.Contains(id)))
            {
                tokens.Add(token);
            }
        }

        return Decoder is null ? string.Join(' ', tokens) : string.Concat(Decoder.Decode(tokens));
    }

    /// <inheritdoc/>
    public string TokenOf(int id) => Vocabulary.RequireToken(id);

    /// <inheritdoc/>
    public int? IdOf(string token) => Vocabulary.IdOf(token);

    private void EncodeStretch(string stretch, bool atStart, ModelSink sink)
    {
        var text = Normalizer?.Normalize(stretch) ?? stretch;
        var at = 0;
        while (at < text.Length)
        {
            var found = normalizedTokens.TryFind(text, at, out var begin, out var end, out var token);
            if (begin > at && PreTokenizer is null)
            {
                sink.Add(text.AsSpan(at, begin - at));
            }
            else if (begin > at)
            {
                PreTokenizer!.Split(text.AsSpan(at, begin - at), atStart && at == 0, sink);
            }

            if (found)
            {
                sink.Ids.Add((int)token.Id);
            }

            at = end;
        }
    }

    private sealed class ModelSink(ITokenModel model, List<int> ids) : IPieceSink
    {
        public List<int> Ids => ids;

        public void Add(ReadOnlySpan<char> piece) => model.Encode(piece, ids);
    }
}
