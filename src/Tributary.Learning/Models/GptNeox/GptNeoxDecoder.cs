using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Models.Rotary;
using Tributary.Numerics;

namespace Tributary.Learning.Models.GptNeox;

/// <summary>
/// GPT-NeoX: a fused projection that keeps query, key and value of a head together, rotary positions on the first columns of each head, and attention and feed-forward network
/// side by side on the same residual stream (or one after another, without use_parallel_residual).
/// </summary>
internal sealed class GptNeoxDecoder : IBackbone, IDisposable
{
    private readonly GptNeoxConfig config;
    private readonly Embedding tokens;
    private readonly Layer[] layers;
    private readonly Norm finalNorm;
    private readonly RotaryTable rotary;

    private GptNeoxDecoder(GptNeoxConfig config, HeadSpec head, ModelBuilder builder, IBackend backend)
    {
        var width = config.Width;
        this.config = config;
        rotary = new RotaryTable(backend, config.Positions, config.RotaryWidth, config.Frequencies);
        tokens = builder.Embedding("gpt_neox.embed_in", config.Vocabulary, width, tied: config.Tied && head.Classes == 0);
        var attention = new AttentionShape(config.Heads, config.Heads, config.HeadWidth, 1 / MathF.Sqrt(config.HeadWidth), Causal: true);
        layers = [.. Enumerable.Range(0, config.Layers).Select(l => new Layer(
            builder.Attention($"gpt_neox.layers.{l}.attention", l, attention),
            builder.Junction($"gpt_neox.layers.{l}.attention_adapters", l, Sublayer.Attention, width),
            builder.Norm($"gpt_neox.layers.{l}.input_layernorm", l, NormKind.Layer, width, config.Epsilon),
            builder.Norm($"gpt_neox.layers.{l}.post_attention_layernorm", l, NormKind.Layer, width, config.Epsilon),
            builder.Linear($"gpt_neox.layers.{l}.attention.query_key_value", l, width, 3 * width, config.AttentionBias),
            builder.Linear($"gpt_neox.layers.{l}.attention.dense", l, width, width, config.AttentionBias),
            builder.FeedForward(
                builder.Linear($"gpt_neox.layers.{l}.mlp.dense_h_to_4h", l, width, config.Inner, bias: true),
                config.Activation,
                builder.Linear($"gpt_neox.layers.{l}.mlp.dense_4h_to_h", l, config.Inner, width, bias: true),
                builder.Junction($"gpt_neox.layers.{l}.output_adapters", l, Sublayer.FeedForward, width))))];
        finalNorm = builder.Norm("gpt_neox.final_layer_norm", -1, NormKind.Layer, width, config.Epsilon);
    }

    private sealed record Layer(
        SelfAttention Attention, Junction AttentionJunction, Norm InputNorm, Norm PostNorm, Linear Project, Linear Out, FeedForwardSublayer FeedForward);

    public static LanguageModel Build(GptNeoxConfig config, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "gpt_neox.");
        var decoder = new GptNeoxDecoder(config, head, builder, backend);
        var output = builder.DecoderHead("embed_out", head, decoder.tokens, config.Tied, config.Width);
        string[] buffers = [".attention.bias", ".attention.masked_bias", ".attention.rotary_emb.inv_freq", .. config.Tied ? ["embed_out.weight"] : Array.Empty<string>()];
        builder.RequireAllClaimed(buffers);
        var shape = new ModelShape("gpt_neox", config.Layers, config.Width, config.Vocabulary, config.Positions, config.Width)
        {
            PadId = config.PadId,
            Head = head,
            DefaultTargets = ["query_key_value"],
        };
        return new LanguageModel(backend, shape, builder, decoder, output, source);
    }

    public Var Embed(Pass pass) => tokens.Forward(pass, pass.Rows.IdMemory);

    public Var Block(Pass pass, int layer, Var x)
    {
        var l = layers[layer];
        var attended = Attend(pass, l, x);
        x = pass.Tape.Instead(x, pass.Kept(x));
        var before = config.Parallel ? l.PostNorm.Forward(pass, x) : null;
        x = l.AttentionJunction.Forward(pass, l.Out, attended, x);
        var normed = before ?? l.PostNorm.Forward(pass, x);
        x = l.FeedForward.Forward(pass, normed, x);
        pass.Tape.Release(normed);
        return x;
    }

    public Var Finish(Pass pass, Var x)
    {
        var y = finalNorm.Forward(pass, x);
        pass.Tape.Release(x);
        return y;
    }

    public void Dispose() => rotary.Dispose();

    private Var Attend(Pass pass, Layer l, Var x)
    {
        var tape = pass.Tape;
        var normed = l.InputNorm.Forward(pass, x);
        var fused = l.Project.Forward(pass, normed);
        tape.Release(normed);
        var k = Rotate(pass, tape.TakePart(fused, 1, 3, config.HeadWidth));
        var v = tape.TakePart(fused, 2, 3, config.HeadWidth);
        pass.Narrow(l.Attention.Layer);
        var asked = tape.Instead(fused, pass.Kept(fused));
        var q = Rotate(pass, tape.Instead(asked, tape.TakePart(asked, 0, 3, config.HeadWidth)));
        var attended = l.Attention.Forward(pass, Columns.All(q), Columns.All(k), Columns.All(v));
        tape.Release(q);
        tape.Release(k);
        tape.Release(v);
        return attended;
    }

    private Var Rotate(Pass pass, Var x)
    {
        var tables = rotary.For(pass.Rows.PositionEnd);
        return pass.Tape.Rotate(x, pass.Positions, tables.Cos, tables.Sin, config.HeadWidth);
    }
}
