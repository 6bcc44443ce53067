using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.MobileBert;

/// <summary>MobileBERT: a wide stream with narrow blocks, several feed-forward networks in each, and an output layer put together from two tensors.</summary>
internal sealed class MobileBertEncoder : IBackbone
{
    private readonly MobileBertEmbeddings embeddings;
    private readonly MobileBertBlock[] blocks;
    private readonly Transform? finish;

    private MobileBertEncoder(MobileBertConfig config, HeadSpec head, ModelBuilder builder)
    {
        embeddings = new MobileBertEmbeddings(builder, config, tied: config.Tied && head.Task == HeadTask.MaskedLanguageModelling);
        blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => MobileBertBlock.Build(builder, $"mobilebert.encoder.layer.{layer}", layer, config))];
        (finish, Output) = Head(config, head, builder);
    }

    private Linear Output { get; }

    public static LanguageModel Build(MobileBertConfig config, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "mobilebert.");
        var encoder = new MobileBertEncoder(config, head, builder);
        builder.RequireAllClaimed(LeftAside(config, head));
        var shape = new ModelShape("mobilebert", config.Layers, config.Width, config.Vocabulary, config.Positions, config.Narrow)
        {
            PadId = config.PadId,
            Head = head,
            Pooled = PooledRow.First,
            TokenTypes = config.TokenTypes,
            SeesPadding = config.Trigrams,
            DefaultTargets = ["query", "value"],
        };
        return new LanguageModel(backend, shape, builder, encoder, encoder.Output, source);
    }

    public Var Embed(Pass pass) => embeddings.Forward(pass);

    public Var Block(Pass pass, int layer, Var x) => blocks[layer].Forward(pass, x);

    public Var Finish(Pass pass, Var x) => finish?.Replace(pass, x) ?? x;

    private (Transform? Finish, Linear Output) Head(MobileBertConfig config, HeadSpec head, ModelBuilder builder) => head.Task switch
    {
        HeadTask.MaskedLanguageModelling => (
            builder.Transform("cls.predictions.transform", config.Width, config.Width, config.Activation, NormKind.Layer, config.Epsilon), TokenHead(config, builder)),
        HeadTask.SequenceClassification => (
            config.ActivatesPooler ? builder.Transform("mobilebert.pooler", config.Width, config.Width, ActivationKind.Tanh) : null, builder.ClassHead("classifier", head, config.Width)),
        _ => (null, builder.ClassHead("classifier", head, config.Width)),
    };

    // The embedding covers the first features of the stream, a matrix of its own, [inputs, outputs], the others.
    private Linear TokenHead(MobileBertConfig config, ModelBuilder builder)
    {
        var weight = config.Tied ? embeddings.Tokens.Weight : builder.Tensor("cls.predictions.decoder.weight", -1, "weight", [config.Vocabulary, config.EmbeddingWidth]);
        var bias = builder.Tensor("cls.predictions.bias", -1, "bias", [config.Vocabulary]);
        var rest = config.Width > config.EmbeddingWidth
            ? builder.Tensor("cls.predictions.dense.weight", -1, "weight", [config.Width - config.EmbeddingWidth, config.Vocabulary], inputsFirst: true)
            : null;
        return builder.Linear("cls.predictions.decoder", -1, weight, bias, isOutputLayer: true, rest);
    }

    private static string[] LeftAside(MobileBertConfig config, HeadSpec head) =>
    [
        "embeddings.position_ids",
        .. head.Task == HeadTask.SequenceClassification ? [] : new[] { "mobilebert.pooler." },
        .. head.Task == HeadTask.MaskedLanguageModelling ? new[] { "cls.seq_relationship.", "cls.predictions.decoder.bias" } : [],
        .. head.Task == HeadTask.MaskedLanguageModelling && config.Tied ? new[] { "cls.predictions.decoder.weight" } : [],
    ];
}
