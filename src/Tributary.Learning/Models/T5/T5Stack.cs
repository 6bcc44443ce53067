using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.T5;

/// <summary>
/// T5's encoder or decoder: pre-norm blocks without biases, whose first block has the table of relative positions that all of them use. Scores are not divided by √width. A
/// decoder's block looks at the encoder's output between its own rows and its feed-forward network.
/// </summary>
internal sealed class T5Stack : IBackbone
{
    private readonly Embedding tokens;
    private readonly PreNormBlock[] blocks;
    private readonly Norm finalNorm;

    private T5Stack(Embedding tokens, PreNormBlock[] blocks, Norm finalNorm) => (this.tokens, this.blocks, this.finalNorm) = (tokens, blocks, finalNorm);

    public static T5Stack Encoder(T5Config config, ModelBuilder builder, Embedding tokens) => Declare(config, builder, tokens, "encoder", config.EncoderLayers, decodes: false);

    public static T5Stack Decoder(T5Config config, ModelBuilder builder, Embedding tokens) => Declare(config, builder, tokens, "decoder", config.DecoderLayers, decodes: true);

    public Var Embed(Pass pass) => tokens.Forward(pass, pass.Rows.IdMemory);

    public Var Block(Pass pass, int layer, Var x) => blocks[layer].Forward(pass, x);

    public Var Finish(Pass pass, Var x)
    {
        var y = finalNorm.Forward(pass, x);
        pass.Tape.Release(x);
        return y;
    }

    private static T5Stack Declare(T5Config config, ModelBuilder builder, Embedding tokens, string name, int blocks, bool decodes)
    {
        var table = builder.PositionBias(
            $"{name}.block.0.layer.0.SelfAttention.relative_attention_bias", 0, config.Heads, config.Buckets, RelativeBuckets.Of(config.Buckets, config.LargestDistance, bothSides: !decodes));
        return new T5Stack(
            tokens,
            [.. Enumerable.Range(0, blocks).Select(b => new Declaration(config, builder, $"{name}.block.{b}.layer", b).Block(table, decodes))],
            builder.Norm($"{name}.final_layer_norm", -1, NormKind.Rms, config.Width, config.Epsilon));
    }

    /// <summary>Declares one block's tensors and modules.</summary>
    private sealed record Declaration(T5Config Config, ModelBuilder Builder, string Path, int Index)
    {
        private AttentionShape Shape => new(Config.Heads, Config.Heads, Config.HeadWidth, Scale: 1, Causal: false);

        public PreNormBlock Block(PositionBias table, bool decodes) => decodes
            ? new PreNormBlock(Norm(0), Attention(table, causal: true), Norm(2), FeedForward(2), Cross())
            : new PreNormBlock(Norm(0), Attention(table, causal: false), Norm(1), FeedForward(1));

        private AttentionSublayer Attention(PositionBias table, bool causal)
        {
            var path = $"{Path}.0.SelfAttention";
            return Builder.Attention(
                Builder.Attention(path, Index, Shape with { Causal = causal }, table), In(path, "q"), In(path, "k"), In(path, "v"), Out(path), Junction(path, Sublayer.Attention));
        }

        private CrossAttentionSublayer Cross()
        {
            var path = $"{Path}.1.EncDecAttention";
            return new CrossAttentionSublayer(
                Norm(1), Builder.CrossAttention(path, Index, Shape), In(path, "q"), In(path, "k"), In(path, "v"), Out(path), Junction(path, Sublayer.CrossAttention));
        }

        private IFeedForward FeedForward(int sublayer)
        {
            var path = $"{Path}.{sublayer}.DenseReluDense";
            Linear Up(string part) => Builder.Linear($"{path}.{part}", Index, Config.Width, Config.Inner, bias: false);
            var (down, junction) = (Builder.Linear($"{path}.wo", Index, Config.Inner, Config.Width, bias: false), Junction(path, Sublayer.FeedForward));
            return Config.IsGated
                ? Builder.FeedForward(Up("wi_0"), Up("wi_1"), Config.Activation, down, junction)
                : Builder.FeedForward(Up("wi"), Config.Activation, down, junction);
        }

        private Norm Norm(int sublayer) => Builder.Norm($"{Path}.{sublayer}.layer_norm", Index, NormKind.Rms, Config.Width, Config.Epsilon);

        private Linear In(string path, string part) => Builder.Linear($"{path}.{part}", Index, Config.Width, Config.Heads * Config.HeadWidth, bias: false);

        private Linear Out(string path) => Builder.Linear($"{path}.o", Index, Config.Heads * Config.HeadWidth, Config.Width, bias: false);

        private Junction Junction(string path, Sublayer sublayer) => Builder.Junction(path, Index, sublayer, Config.Width);
    }
}
