using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.DistilBert;

/// <summary>DistilBERT: BERT without token types and pooler.</summary>
internal sealed class DistilBertEncoder : IBackbone
{
    private readonly Embedding tokens;
    private readonly Embedding positions;
    private readonly Norm norm;
    private readonly PostNormBlock[] blocks;
    private readonly Transform? finish;

    private DistilBertEncoder(DistilBertConfig config, HeadSpec head, ModelBuilder builder)
    {
        tokens = builder.Embedding(
            "distilbert.embeddings.word_embeddings", config.Vocabulary, config.Width, tied: config.Tied && head.Task == HeadTask.MaskedLanguageModelling, config.PadId);
        positions = builder.Embedding("distilbert.embeddings.position_embeddings", config.Positions, config.Width);
        norm = builder.Norm("distilbert.embeddings.LayerNorm", -1, NormKind.Layer, config.Width, DistilBertConfig.Epsilon);
        blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => NewBlock(builder, $"distilbert.transformer.layer.{layer}", layer, config))];
        (finish, Output) = Head(config, head, builder);
    }

    private Linear Output { get; }

    public static LanguageModel Build(DistilBertConfig config, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "distilbert.");
        var encoder = new DistilBertEncoder(config, head, builder);
        builder.RequireAllClaimed(head.Task == HeadTask.MaskedLanguageModelling && config.Tied ? ["embeddings.position_ids", "vocab_projector.weight"] : ["embeddings.position_ids"]);
        var shape = new ModelShape("distilbert", config.Layers, config.Width, config.Vocabulary, config.Positions, config.Width)
        {
            PadId = config.PadId,
            Head = head,
            Pooled = PooledRow.First,
            DefaultTargets = ["q_lin", "v_lin"],
        };
        return new LanguageModel(backend, shape, builder, encoder, encoder.Output, source);
    }

    public Var Embed(Pass pass)
    {
        var x = positions.Forward(pass, pass.Rows.PositionMemory, addTo: tokens.Forward(pass, pass.Rows.IdMemory));
        return pass.Tape.Instead(x, norm.Forward(pass, x));
    }

    public Var Block(Pass pass, int layer, Var x) => blocks[layer].Forward(pass, x);

    public Var Finish(Pass pass, Var x) => finish?.Replace(pass, x) ?? x;

    private (Transform? Finish, Linear Output) Head(DistilBertConfig config, HeadSpec head, ModelBuilder builder) => head.Task switch
    {
        HeadTask.MaskedLanguageModelling => (
            new Transform(
                builder.Linear("vocab_transform", -1, config.Width, config.Width, bias: true),
                config.Activation,
                builder.Norm("vocab_layer_norm", -1, NormKind.Layer, config.Width, DistilBertConfig.Epsilon)),
            builder.TokenHead("vocab_projector", "vocab_projector.bias", tokens, config.Tied, config.Width)),
        HeadTask.SequenceClassification => (
            new Transform(builder.Linear("pre_classifier", -1, config.Width, config.Width, bias: true), ActivationKind.Relu), builder.ClassHead("classifier", head, config.Width)),
        _ => (null, builder.ClassHead("classifier", head, config.Width)),
    };

    private static PostNormBlock NewBlock(ModelBuilder builder, string path, int layer, DistilBertConfig config)
    {
        var (width, headWidth) = (config.Width, config.Width / config.Heads);
        Linear Dense(string name, int inputs, int outputs) => builder.Linear($"{path}.{name}", layer, inputs, outputs, bias: true);
        Junction Join(string name, string norm, Sublayer sublayer) => builder.Junction(
            $"{path}.{name}", layer, sublayer, width, builder.Norm($"{path}.{norm}", layer, NormKind.Layer, width, DistilBertConfig.Epsilon));
        return new PostNormBlock(
            builder.Attention(
                builder.Attention($"{path}.attention", layer, new AttentionShape(config.Heads, config.Heads, headWidth, 1 / MathF.Sqrt(headWidth), Causal: false)),
                Dense("attention.q_lin", width, width),
                Dense("attention.k_lin", width, width),
                Dense("attention.v_lin", width, width),
                Dense("attention.out_lin", width, width),
                Join("attention", "sa_layer_norm", Sublayer.Attention)),
            builder.FeedForward(
                Dense("ffn.lin1", width, config.Inner), config.Activation, Dense("ffn.lin2", config.Inner, width), Join("ffn", "output_layer_norm", Sublayer.FeedForward)));
    }
}
