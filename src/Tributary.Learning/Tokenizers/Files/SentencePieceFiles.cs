using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.SentencePiece;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>Builds the tokenizers of a SentencePiece model file.</summary>
internal static class SentencePieceFiles
{
    /// <summary>The model by itself.</summary>
    public static ITokenizer Load(string file)
    {
        var processor = new SentencePieceProcessor(SentencePieceModel.Read(file));
        var roles = Parts.StandardRoles(processor, "<s>", "</s>");
        return new SentencePieceTokenizer(processor, roles, TokenizerHash.Of([file], roles.ToString()));
    }

    /// <summary>The model as LLaMA 1 and 2 use it; settings beside it override the customary special tokens.</summary>
    public static ITokenizer LoadLlama(string file, StretchRules rules, SpecialTokenFiles? beside)
    {
        var parts = new Parts(file, rules, beside, p => Parts.StandardRoles(p, "<s>", "</s>") with { Pad = null }, _ => []);
        return parts.Tokenizer(
            "llama", parts.Framed(begins: true, ends: false), new LlamaDecoder(parts.Processor, rules, parts.Vocabulary, parts.Special, parts.PlainAdded));
    }

    /// <summary>The model as Gemma uses it.</summary>
    public static ITokenizer LoadGemma(string file, SpecialTokenFiles? beside)
    {
        var rules = new StretchRules();
        var parts = new Parts(file, rules, beside, p => Parts.StandardRoles(p, "<bos>", "<eos>"), _ => []);
        return parts.Tokenizer("gemma", parts.Framed(begins: true, ends: false), new GemmaDecoder(parts.Processor, parts.Vocabulary, parts.AllAdded));
    }

    /// <summary>The model as T5 uses it: sentinels &lt;extra_id_0&gt; … count down from the last id, and a text ends with &lt;/s&gt;.</summary>
    public static ITokenizer LoadT5(string file, StretchRules rules, int sentinels, SpecialTokenFiles? beside)
    {
        var parts = new Parts(file, rules, beside, p => Parts.StandardRoles(p, null, "</s>"), Sentinels);
        return parts.Tokenizer("t5", T5Frame(parts.Roles.Eos), new T5Decoder(parts.Processor, parts.Vocabulary, parts.Special, parts.Beyond));

        IEnumerable<AddedToken> Sentinels(int pieces) => Enumerable.Range(0, sentinels)
            .Select(i => new AddedToken($"<extra_id_{i}>", pieces + sentinels - 1 - i, Special: true, LeftStrip: true, RightStrip: true));
    }

    private static TextFrame T5Frame(int? eos) => eos is not { } end ? TextFrame.None : new TextFrame(
        [FramePart.First(), FramePart.Token(end)], [FramePart.First(), FramePart.Token(end), FramePart.Second(0), FramePart.Token(end)]);

    /// <summary>What the families have in common.</summary>
    private sealed class Parts
    {
        private readonly string file;
        private readonly StretchRules rules;
        private readonly SpecialTokenFiles? beside;
        private readonly List<AddedToken> added;
        private readonly int pieces;

        public Parts(string file, StretchRules rules, SpecialTokenFiles? beside, Func<SentencePieceProcessor, SpecialTokens> standard, Func<int, IEnumerable<AddedToken>> customary)
        {
            (this.file, this.rules, this.beside) = (file, rules, beside);
            var model = SentencePieceModel.Read(file);
            Processor = new SentencePieceProcessor(rules.Legacy ? model : model with { AddDummyPrefix = false });
            Vocabulary = new Vocabulary(file);
            pieces = model.Pieces.Count;
            for (var id = 0; id < pieces; id++)
            {
                Vocabulary.Add(model.Pieces[id].Text, id);
            }

            added = [.. beside?.Added() ?? []];
            added = added.Count > 0 ? added : [.. customary(pieces)];
            added.ForEach(t => Vocabulary.Add(t.Content, t.Id));
            Named = beside?.Named(t => Vocabulary.IdOf(t)).Or(standard(Processor)) ?? standard(Processor);
            foreach (var id in Named.Ids.Where(id => added.TrueForAll(t => t.Id != id)).Distinct().ToList())
            {
                added.Add(new AddedToken(Vocabulary.RequireToken(id), id, Special: true));
            }
        }

        public SentencePieceProcessor Processor { get; }

        public Vocabulary Vocabulary { get; }

        public SpecialTokens Named { get; }

        public SpecialTokens Roles => Named.Or(beside?.ById() ?? Named);

        public HashSet<int> AllAdded => [.. added.Select(t => (int)t.Id)];

        public HashSet<int> Special => [.. added.Where(t => t.Special).Select(t => (int)t.Id)];

        public HashSet<int> PlainAdded => [.. added.Where(t => !t.Special).Select(t => (int)t.Id)];

        public HashSet<int> Beyond => [.. added.Where(t => !t.Special || t.Id >= pieces).Select(t => (int)t.Id)];

        public TextFrame Framed(bool begins, bool ends)
        {
            (begins, ends) = (beside?.Flag("add_bos_token", begins) ?? begins, beside?.Flag("add_eos_token", ends) ?? ends);
            return TextFrame.Around(begins && Roles.Bos is { } bos ? [bos] : [], ends && Roles.Eos is { } eos ? [eos] : []);
        }

        public ITokenizer Tokenizer(string family, TextFrame frame, ISentencePieceDecoder decoder) => new MarkedSentencePieceTokenizer(Processor, rules, Vocabulary, added, Roles)
        {
            Frame = frame,
            Decoder = decoder,
            Hash = TokenizerHash.Of(
                [file], $"{family} {rules} {Roles} added {string.Join(' ', added)} frame {string.Join(',', frame.AroundOne.Before)}:{string.Join(',', frame.AroundOne.After)}"),
        };

        public static SpecialTokens StandardRoles(SentencePieceProcessor processor, string? bos, string eos)
        {
            return new SpecialTokens(Control(bos), Control(eos), Control("<pad>"), processor.Pieces.Unknown);

            int? Control(string? text) =>
                text is not null && processor.Pieces.Vocabulary.IdOf(text) is { } id && processor.Pieces[id].Type == PieceType.Control ? id : null;
        }
    }
}
