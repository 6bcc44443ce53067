using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Bert;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Roberta;

/// <summary>RoBERTa (Liu et al. 2019): BERT with positions that begin behind the padding token's row, and heads of its own.</summary>
internal sealed class RobertaEncoder : IBackbone
{
    private readonly BertEmbeddings embeddings;
    private readonly PostNormBlock[] blocks;
    private readonly Transform? finish;
    private readonly int firstPosition;

    private RobertaEncoder(RobertaConfig roberta, HeadSpec head, ModelBuilder builder)
    {
        var config = roberta.Bert;
        firstPosition = roberta.FirstPosition;
        embeddings = new BertEmbeddings(builder, "roberta", config, tied: config.Tied && head.Task == HeadTask.MaskedLanguageModelling);
        blocks = BertBlocks.Build(builder, "roberta", config);
        (finish, Output) = Head(config, head, builder);
    }

    private Linear Output { get; }

    public static LanguageModel Build(RobertaConfig roberta, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var config = roberta.Bert;
        var builder = new ModelBuilder(backend, source, storage, "roberta.");
        var encoder = new RobertaEncoder(roberta, head, builder);
        builder.RequireAllClaimed(LeftAside(config, head));
        var shape = new ModelShape("roberta", config.Layers, config.Width, config.Vocabulary, config.Positions - roberta.FirstPosition, config.Width)
        {
            PadId = config.PadId,
            Head = head,
            Pooled = PooledRow.First,
            TokenTypes = config.TokenTypes,
            DefaultTargets = ["query", "value"],
        };
        return new LanguageModel(backend, shape, builder, encoder, encoder.Output, source);
    }

    public Var Embed(Pass pass) => embeddings.Forward(pass, pass.Rows.PositionsFrom(firstPosition));

    public Var Block(Pass pass, int layer, Var x) => blocks[layer].Forward(pass, x);

    public Var Finish(Pass pass, Var x) => finish?.Replace(pass, x) ?? x;

    private (Transform? Finish, Linear Output) Head(BertConfig config, HeadSpec head, ModelBuilder builder) => head.Task switch
    {
        HeadTask.MaskedLanguageModelling => (
            new Transform(
                builder.Linear("lm_head.dense", -1, config.Width, config.Width, bias: true),
                ActivationKind.Gelu,
                builder.Norm("lm_head.layer_norm", -1, NormKind.Layer, config.Width, config.Epsilon)),
            builder.TokenHead("lm_head.decoder", "lm_head.bias", embeddings.Tokens, config.Tied, config.Width)),
        HeadTask.SequenceClassification => (
            builder.Transform("classifier", config.Width, config.Width, ActivationKind.Tanh), builder.ClassHead("classifier.out_proj", head, config.Width)),
        _ => (null, builder.ClassHead("classifier", head, config.Width)),
    };

    // Old checkpoints hold an unused pooler, positions as a buffer and copies of tied tensors.
    private static string[] LeftAside(BertConfig config, HeadSpec head) =>
    [
        "embeddings.position_ids", "embeddings.token_type_ids", "roberta.pooler.",
        .. head.Task == HeadTask.MaskedLanguageModelling ? new[] { "lm_head.decoder.bias" } : [],
        .. head.Task == HeadTask.MaskedLanguageModelling && config.Tied ? new[] { "lm_head.decoder.weight" } : [],
    ];
}
