using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Opt;

/// <summary>
/// OPT: learned positions whose table has two rows before position 0, blocks with norms before each sub-layer or (350M) after each sum, and embeddings that may be narrower
/// than the residual stream.
/// </summary>
internal sealed class OptDecoder : IBackbone
{
    private const int FirstPosition = 2;
    private const float Epsilon = 1e-5f;

    private readonly OptConfig config;
    private readonly Embedding tokens;
    private readonly Embedding positions;
    private readonly Linear? projectIn;
    private readonly Linear? projectOut;
    private readonly IBlock[] layers;
    private readonly Norm? finalNorm;

    private OptDecoder(OptConfig config, HeadSpec head, ModelBuilder builder)
    {
        var width = config.Width;
        this.config = config;
        tokens = builder.Embedding("model.decoder.embed_tokens", config.Vocabulary, config.EmbeddingWidth, tied: config.Tied && head.Classes == 0, config.PadId);
        positions = builder.Embedding("model.decoder.embed_positions", FirstPosition + config.Positions, width);
        if (config.EmbeddingWidth != width)
        {
            projectOut = builder.Linear("model.decoder.project_out", -1, width, config.EmbeddingWidth, bias: false);
            projectIn = builder.Linear("model.decoder.project_in", -1, config.EmbeddingWidth, width, bias: false);
        }

        layers = [.. Enumerable.Range(0, config.Layers).Select(l => Declare(builder, $"model.decoder.layers.{l}", l))];
        finalNorm = config.FinalNorm ? builder.Norm("model.decoder.final_layer_norm", -1, NormKind.Layer, width, Epsilon) : null;
    }

    public static LanguageModel Build(OptConfig config, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "model.");
        var decoder = new OptDecoder(config, head, builder);
        var output = builder.DecoderHead("lm_head", head, decoder.tokens, config.Tied, config.EmbeddingWidth);
        builder.RequireAllClaimed(config.Tied ? ["decoder.version", "lm_head.weight"] : ["decoder.version"]);
        var shape = new ModelShape("opt", config.Layers, config.Width, config.Vocabulary, config.Positions, config.Width)
        {
            PadId = config.PadId,
            Head = head,
            DefaultTargets = ["q_proj", "v_proj"],
        };
        return new LanguageModel(backend, shape, builder, decoder, output, source);
    }

    public Var Embed(Pass pass)
    {
        var x = tokens.Forward(pass, pass.Rows.IdMemory);
        if (projectIn is not null)
        {
            var narrow = x;
            x = projectIn.Forward(pass, narrow);
            pass.Tape.Release(narrow);
        }

        return positions.Forward(pass, pass.Rows.PositionsFrom(FirstPosition), addTo: x);
    }

    public Var Block(Pass pass, int layer, Var x) => layers[layer].Forward(pass, x);

    public Var Finish(Pass pass, Var x)
    {
        if (finalNorm is not null)
        {
            var normed = finalNorm.Forward(pass, x);
            pass.Tape.Release(x);
            x = normed;
        }

        if (projectOut is not null)
        {
            var narrow = projectOut.Forward(pass, x);
            pass.Tape.Release(x);
            x = narrow;
        }

        return x;
    }

    private IBlock Declare(ModelBuilder builder, string path, int l)
    {
        var (width, bias, headWidth) = (config.Width, config.Bias, config.Width / config.Heads);
        var attentionNorm = builder.Norm($"{path}.self_attn_layer_norm", l, NormKind.Layer, width, Epsilon);
        var feedForwardNorm = builder.Norm($"{path}.final_layer_norm", l, NormKind.Layer, width, Epsilon);
        var attention = builder.Attention(
            builder.Attention($"{path}.self_attn", l, new AttentionShape(config.Heads, config.Heads, headWidth, 1 / MathF.Sqrt(headWidth), Causal: true)),
            builder.Linear($"{path}.self_attn.q_proj", l, width, width, bias),
            builder.Linear($"{path}.self_attn.k_proj", l, width, width, bias),
            builder.Linear($"{path}.self_attn.v_proj", l, width, width, bias),
            builder.Linear($"{path}.self_attn.out_proj", l, width, width, bias),
            builder.Junction($"{path}.attention_adapters", l, Sublayer.Attention, width, config.PreNorm ? null : attentionNorm));
        var feedForward = builder.FeedForward(
            builder.Linear($"{path}.fc1", l, width, config.Inner, bias),
            config.Activation,
            builder.Linear($"{path}.fc2", l, config.Inner, width, bias),
            builder.Junction($"{path}.output_adapters", l, Sublayer.FeedForward, width, config.PreNorm ? null : feedForwardNorm));
        return config.PreNorm ? new PreNormBlock(attentionNorm, attention, feedForwardNorm, feedForward) : new PostNormBlock(attention, feedForward);
    }
}
