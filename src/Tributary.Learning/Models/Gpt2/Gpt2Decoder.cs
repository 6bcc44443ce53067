using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Gpt2;

/// <summary>GPT-2: learned positions, pre-norm blocks, fused query-key-value projection in Conv1D layout.</summary>
internal sealed class Gpt2Decoder : IBackbone
{
    private readonly Gpt2Config config;
    private readonly Embedding tokens;
    private readonly Embedding positions;
    private readonly Layer[] layers;
    private readonly Norm finalNorm;

    private Gpt2Decoder(Gpt2Config config, ModelBuilder builder)
    {
        var width = config.Width;
        this.config = config;
        tokens = builder.Embedding("transformer.wte", config.Vocabulary, width, tied: config.Tied && config.Classes == 0);
        positions = builder.Embedding("transformer.wpe", config.Positions, width);
        layers = [.. Enumerable.Range(0, config.Layers).Select(l => new Layer(
            builder.Attention($"transformer.h.{l}.attn", l, Shape(l)),
            builder.Junction($"transformer.h.{l}.attn", l, Sublayer.Attention, width),
            builder.Junction($"transformer.h.{l}.mlp", l, Sublayer.FeedForward, width),
            builder.Norm($"transformer.h.{l}.ln_1", l, NormKind.Layer, width, config.Epsilon),
            builder.Linear($"transformer.h.{l}.attn.c_attn", l, width, 3 * width, bias: true, inputsFirst: true),
            builder.Linear($"transformer.h.{l}.attn.c_proj", l, width, width, bias: true, inputsFirst: true),
            builder.Norm($"transformer.h.{l}.ln_2", l, NormKind.Layer, width, config.Epsilon),
            builder.Linear($"transformer.h.{l}.mlp.c_fc", l, width, config.Inner, bias: true, inputsFirst: true),
            builder.Linear($"transformer.h.{l}.mlp.c_proj", l, config.Inner, width, bias: true, inputsFirst: true)))];
        finalNorm = builder.Norm("transformer.ln_f", -1, NormKind.Layer, width, config.Epsilon);
    }

    private sealed record Layer(
        SelfAttention Attention, Junction AttentionJunction, Junction FeedForwardJunction, Norm Norm1, Linear Project, Linear AttentionOut, Norm Norm2, Linear Up, Linear Down);

    public static LanguageModel Build(Gpt2Config config, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "transformer.");
        var decoder = new Gpt2Decoder(config, builder);
        var head = config.Classes > 0 ? builder.Linear("score", -1, config.Width, config.Classes, bias: false, isOutputLayer: true)
            : config.Tied ? builder.Linear("lm_head", -1, decoder.tokens.Weight, null, isOutputLayer: true)
            : builder.Linear("lm_head", -1, config.Width, config.Vocabulary, bias: false, isOutputLayer: true);
        builder.RequireAllClaimed(config.Tied ? [".attn.bias", ".attn.masked_bias", "lm_head.weight"] : [".attn.bias", ".attn.masked_bias"]);
        var shape = new ModelShape("gpt2", config.Layers, config.Width, config.Vocabulary, config.Positions, config.Width)
        {
            PadId = config.PadId,
            Task = config.Classes > 0 ? HeadTask.SequenceClassification : HeadTask.CausalLanguageModelling,
            Classes = config.Classes,
            DefaultTargets = ["c_attn"],
        };
        return new LanguageModel(backend, shape, builder, decoder, head, source);
    }

    public Var Embed(Pass pass) => positions.Forward(pass, pass.Rows.PositionMemory, addTo: tokens.Forward(pass, pass.Rows.IdMemory));

    public Var Block(Pass pass, int layer, Var x)
    {
        var (tape, l, width) = (pass.Tape, layers[layer], config.Width);
        var normed = l.Norm1.Forward(pass, x);
        var qkv = l.Project.Forward(pass, normed);
        tape.Release(normed);
        var (q, k, v) = (new Columns(qkv, 0, width), new Columns(qkv, width, width), new Columns(qkv, 2 * width, width));
        var attended = l.Attention.Forward(pass, q, k, v);
        tape.Release(qkv);
        x = Join(pass, l.AttentionJunction, x, l.AttentionOut, attended);
        var normed2 = l.Norm2.Forward(pass, x);
        var up = l.Up.Forward(pass, normed2);
        tape.Release(normed2);
        var activated = tape.Activate(config.Activation, up);
        tape.Release(up);
        return Join(pass, l.FeedForwardJunction, x, l.Down, activated);
    }

    public Var Finish(Pass pass, Var x)
    {
        var y = finalNorm.Forward(pass, x);
        pass.Tape.Release(x);
        return y;
    }

    private static Var Join(Pass pass, Junction junction, Var x, Linear linear, Var input)
    {
        var s = linear.Forward(pass, input);
        pass.Tape.Release(input);
        return junction.Forward(pass, s, x);
    }

    private AttentionShape Shape(int layer)
    {
        var headWidth = config.Width / config.Heads;
        var scale = (config.ScaleByWidth ? 1 / MathF.Sqrt(headWidth) : 1) / (config.ScaleByLayer ? layer + 1 : 1);
        return new AttentionShape(config.Heads, config.Heads, headWidth, scale, Causal: true);
    }
}
