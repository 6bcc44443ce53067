using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;
using Tributary.Numerics.Storage;

namespace Tributary.Learning.Models;

/// <summary>Which row of a sequence its class, score or reward is read from.</summary>
public enum PooledRow
{
    /// <summary>The last, which has seen all others in a causal model, unless another is marked.</summary>
    Last,

    /// <summary>The first: [CLS] of an encoder.</summary>
    First,
}

/// <summary>Sizes that code above the families needs.</summary>
public sealed record ModelShape(string Family, int Layers, int Width, int Vocabulary, int Positions, int KeyValueWidth)
{
    /// <summary>The token that pads, if the configuration names one.</summary>
    public int? PadId { get; init; }

    /// <summary>The output layer.</summary>
    public required HeadSpec Head { get; init; }

    /// <summary>What the output layer is for.</summary>
    public HeadTask Task => Head.Task;

    /// <summary>Number of classes of a classification or reward head, or of words at a cloze; 0 for a language model.</summary>
    public int Classes => ClassTokens.Count > 0 ? ClassTokens.Count : Head.Classes;

    /// <summary>The tokens that stand for the classes where a language model fills in a cloze, in the order of the classes; empty where it does not.</summary>
    public IReadOnlyList<int> ClassTokens { get; init; } = [];

    /// <summary>True when whole sequences have scores.</summary>
    public bool ScoresSequences => ClassTokens.Count > 0 || Task == HeadTask.SequenceClassification;

    /// <summary>Which row stands for a sequence.</summary>
    public PooledRow Pooled { get; init; }

    /// <summary>How many texts a sequence may be made of (rows of the token type embedding); 0 when the model does not tell them apart.</summary>
    public int TokenTypes { get; init; }

    /// <summary>For an encoder–decoder model: the token that every answer begins with, before its first own.</summary>
    public int? DecoderStartId { get; init; }

    /// <summary>Factor of the rows between the final norm and the output layer.</summary>
    public float OutputScale { get; init; } = 1;

    /// <summary>True when rows see what stands beside a sequence in its padded batch (MobileBERT's trigrams).</summary>
    public bool SeesPadding { get; init; }

    /// <summary>Target modules of LoRA when none are named (PEFT's defaults for the family).</summary>
    public required IReadOnlyList<string> DefaultTargets { get; init; }
}

/// <summary>A backbone with its head: read-only, shared by every client that adapts it.</summary>
public sealed class LanguageModel : IDisposable
{
    private readonly IBackbone backbone;
    private readonly ITensorSource source;

    internal LanguageModel(IBackend backend, ModelShape shape, ModelBuilder builder, IBackbone backbone, Linear head, ITensorSource source, EncoderStack? encoder = null)
    {
        (Backend, Shape, this.backbone, Head, this.source, Encoder) = (backend, shape, backbone, head, source, encoder);
        (Tensors, Modules, Units) = (builder.Tensors, builder.Modules, builder.Units);
    }

    /// <summary>Where it runs.</summary>
    public IBackend Backend { get; }

    /// <summary>The class that transformers has for it ("GPT2LMHeadModel"), as config.json names it; empty when it does not.</summary>
    public string Architecture { get; internal set; } = "";

    /// <summary>Its sizes.</summary>
    public ModelShape Shape { get; private set; }

    /// <summary>Every base tensor once, in the family's order.</summary>
    public IReadOnlyList<BaseTensor> Tensors { get; }

    /// <summary>Every module that adapters can point at.</summary>
    public IReadOnlyList<IModule> Modules { get; }

    /// <summary>Hidden units that may stand in any order.</summary>
    public IReadOnlyList<UnitSpace> Units { get; }

    /// <summary>The table of token embeddings: the first that the family declares with a row for each token.</summary>
    public Embedding TokenEmbedding => Modules.OfType<Embedding>().First(e => e.Rows == Shape.Vocabulary);

    /// <summary>The output layer: logits over the vocabulary ("lm_head") or over classes ("score").</summary>
    public Linear Head { get; }

    /// <summary>What reads the text to be answered in an encoder–decoder model; the blocks here are then the decoder's.</summary>
    public EncoderStack? Encoder { get; }

    /// <summary>True when the head gives logits of the next token, so that the model can write.</summary>
    public bool WritesText => Shape.Task is HeadTask.CausalLanguageModelling or HeadTask.ConditionalGeneration;

    /// <summary>Number of base parameters.</summary>
    public long ParameterCount => Tensors.Sum(t => t.Shape.Aggregate(1L, (a, b) => a * b));

    /// <summary>Device memory of the base weights brought there so far, in bytes.</summary>
    public long DeviceBytes => Tensors.Sum(t => t.Bytes);

    /// <summary>
    /// Device memory of the base weights that whoever has the first blocks alone needs, brought there so far, in bytes: those of the blocks, and of what lies outside blocks all but
    /// an output layer of its own, which is for who has an exit.
    /// </summary>
    /// <param name="blocks">How many blocks, from the first on.</param>
    /// <param name="exits">Whether there is an exit behind them.</param>
    public long BytesBelow(int blocks, bool exits = false)
    {
        BaseTensor?[] output = exits ? [] : Head.Weight == TokenEmbedding.Weight ? [Head.Bias, Head.Rest] : [Head.Weight, Head.Bias, Head.Rest];
        return Tensors.Where(tensor => tensor.Key.Layer < blocks && !output.Contains(tensor)).Sum(tensor => tensor.Bytes);
    }

    /// <summary>Device memory of all base weights if they were kept as <paramref name="storage"/> says, in bytes; without what the backend pads.</summary>
    public long BytesIn(StorageType storage)
    {
        var linears = Modules.OfType<Linear>().DistinctBy(linear => linear.Weight).ToArray();
        return linears.Sum(l => StorageTypes.Bytes(BaseStorage.Of(storage, l.Weight.Key.Layer), l.Outputs, l.Inputs))
            + Tensors.Except(linears.Select(l => l.Weight)).Sum(t => StorageTypes.Bytes(StorageType.F32, 1, t.Count));
    }

    /// <summary>Token rows to hidden rows before the first block; an encoder reads the text to be answered first, unless a cache holds what the blocks need of it.</summary>
    public Var Embed(Pass pass)
    {
        Check(pass.Rows);
        if (Encoder is not null && pass.Cache?.Source is not { Length: > 0 })
        {
            Check(pass.Source.Rows);
            pass.Encoded = Encoder.Output(pass.Source);
        }

        return backbone.Embed(pass);
    }

    /// <summary>Runs blocks [first, end), without those that the client's model leaves out.</summary>
    public Var Blocks(Pass pass, Var x, int first, int end)
    {
        for (var layer = first; layer < end; layer++)
        {
            x = pass.Adapters.Runs(layer) ? backbone.Block(pass, layer, x) : x;
        }

        if (end == Shape.Layers && pass.Encoded is { } encoded)
        {
            pass.Tape.Release(encoded);
            pass.Encoded = null;
        }

        return x;
    }

    /// <summary>What stands between the last block and the output layer, row by row; releases its input.</summary>
    public Var Finish(Pass pass, Var x)
    {
        var y = backbone.Finish(pass, x);
        return Shape.OutputScale == 1 ? y : pass.Tape.Scale(y, Shape.OutputScale);
    }

    /// <summary>What the output layer reads of rows that leave at the exit behind so many blocks; releases its input.</summary>
    /// <exception cref="ArgumentException">There is no exit.</exception>
    internal Var Exit(Pass pass, int blocks, Var x) => Finish(pass, pass.Adapters.ExitBehind(blocks).Forward(pass.Tape, x));

    /// <summary>Hidden rows after the last block, before <see cref="Finish"/>.</summary>
    public Var Hidden(Pass pass) => pass.Lower is { } lower ? Blocks(pass, lower.Forward(pass), lower.Blocks, Shape.Layers) : Blocks(pass, Embed(pass), 0, Shape.Layers);

    /// <summary>Hidden rows after the last block, before <see cref="Finish"/>, of the selected rows alone: what the last block makes of others is left out.</summary>
    internal Var Hidden(Pass pass, SelectedRows selected)
    {
        pass.Need(selected, pass.Adapters.LastBlock);
        return pass.Select(Hidden(pass), selected);
    }

    /// <summary>Logits of every row, [rows, vocabulary], or its class scores, [rows, classes].</summary>
    public Var Logits(Pass pass) => Head.Forward(pass, Finish(pass, Hidden(pass)));

    /// <summary>Scores of every sequence, [sequences, classes]: of a classification or reward head, or the logits of the words at a cloze.</summary>
    public Var Scores(Pass pass)
    {
        var scores = Head.Forward(pass, Finish(pass, Hidden(pass, pass.Rows.Pooled(Shape.Pooled))));
        return Shape.ClassTokens.Count > 0 ? pass.Tape.Instead(scores, pass.Tape.SelectColumns(scores, Shape.ClassTokens)) : scores;
    }

    /// <summary>Makes the logits of these tokens, at the row that is marked in a sequence or else its last, the scores of its classes (Schick and Schütze 2021).</summary>
    /// <exception cref="InputException">The head does not predict tokens row by row, or a token is not the model's.</exception>
    internal void FillIn(IReadOnlyList<int> tokens)
    {
        if (Shape.Task is not (HeadTask.CausalLanguageModelling or HeadTask.MaskedLanguageModelling))
        {
            throw new InputException($"a cloze needs a model that predicts the next token or a hidden one, this one is for {Shape.Task}; leave data.cloze out or choose another model");
        }

        if (tokens.FirstOrDefault(token => (uint)token >= (uint)Head.Outputs, -1) is var stranger and not -1)
        {
            throw new InputException($"token id {stranger} is outside the model's vocabulary of {Head.Outputs}: the tokenizer does not belong to this model");
        }

        Shape = Shape with { ClassTokens = tokens, Pooled = PooledRow.Last };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Dispose();
        }

        (backbone as IDisposable)?.Dispose();
        source.Dispose();
    }

    private void Check(TokenRows rows)
    {
        foreach (var id in rows.Ids)
        {
            if ((uint)id >= (uint)Shape.Vocabulary)
            {
                throw new InputException($"token id {id} is outside the model's vocabulary of {Shape.Vocabulary}: the tokenizer does not belong to this model");
            }
        }

        foreach (var type in rows.Types)
        {
            if (type != 0 && Shape.TokenTypes > 0 && (uint)type >= (uint)Shape.TokenTypes)
            {
                throw new InputException($"token type {type} is outside the model's {Shape.TokenTypes}: the tokenizer does not belong to this model");
            }
        }

        foreach (var position in rows.Positions)
        {
            if ((uint)position >= (uint)Shape.Positions)
            {
                throw new InputException($"position {position} is outside the model's {Shape.Positions} positions: shorten the text or lower training.max_length (the virtual tokens of a prompt or prefix stand before the text and count too)");
            }
        }
    }
}
