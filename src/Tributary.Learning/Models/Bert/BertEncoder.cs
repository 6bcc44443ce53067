using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Bert;

/// <summary>BERT: tokens, positions and token types summed, blocks with a norm behind each junction, a pooler for classes.</summary>
internal sealed class BertEncoder : IBackbone
{
    private readonly BertEmbeddings embeddings;
    private readonly PostNormBlock[] blocks;
    private readonly Transform? finish;

    private BertEncoder(BertConfig config, HeadSpec head, ModelBuilder builder)
    {
        embeddings = new BertEmbeddings(builder, "bert", config, tied: config.Tied && head.Task == HeadTask.MaskedLanguageModelling);
        blocks = BertBlocks.Build(builder, "bert", config);
        (finish, Output) = Head(config, head, builder);
    }

    private Linear Output { get; }

    public static LanguageModel Build(BertConfig config, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "bert.");
        var encoder = new BertEncoder(config, head, builder);
        builder.RequireAllClaimed(LeftAside(config, head));
        var shape = new ModelShape("bert", config.Layers, config.Width, config.Vocabulary, config.Positions, config.Width)
        {
            PadId = config.PadId,
            Head = head,
            Pooled = PooledRow.First,
            TokenTypes = config.TokenTypes,
            DefaultTargets = ["query", "value"],
        };
        return new LanguageModel(backend, shape, builder, encoder, encoder.Output, source);
    }

    public Var Embed(Pass pass) => embeddings.Forward(pass, pass.Rows.PositionMemory);

    public Var Block(Pass pass, int layer, Var x) => blocks[layer].Forward(pass, x);

    public Var Finish(Pass pass, Var x) => finish?.Replace(pass, x) ?? x;

    private (Transform? Finish, Linear Output) Head(BertConfig config, HeadSpec head, ModelBuilder builder) => head.Task switch
    {
        HeadTask.MaskedLanguageModelling => (
            builder.Transform("cls.predictions.transform", config.Width, config.Width, config.Activation, NormKind.Layer, config.Epsilon),
            builder.TokenHead("cls.predictions.decoder", "cls.predictions.bias", embeddings.Tokens, config.Tied, config.Width)),
        HeadTask.SequenceClassification => (
            builder.Transform("bert.pooler", config.Width, config.Width, ActivationKind.Tanh), builder.ClassHead("classifier", head, config.Width)),
        _ => (null, builder.ClassHead("classifier", head, config.Width)),
    };

    // Checkpoints of pre-training hold a pooler and the head for the next sentence; old ones positions as a buffer and copies of tied tensors.
    private static string[] LeftAside(BertConfig config, HeadSpec head) =>
    [
        "embeddings.position_ids", "embeddings.token_type_ids",
        .. head.Task == HeadTask.SequenceClassification ? [] : new[] { "bert.pooler." },
        .. head.Task == HeadTask.MaskedLanguageModelling ? new[] { "cls.seq_relationship.", "cls.predictions.decoder.bias" } : [],
        .. head.Task == HeadTask.MaskedLanguageModelling && config.Tied ? new[] { "cls.predictions.decoder.weight" } : [],
    ];
}
