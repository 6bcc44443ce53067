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

    private Gpt2Decoder(Gpt2Config config, HeadSpec head, ModelBuilder builder)
    {
        var width = config.Width;
        this.config = config;
        tokens = builder.Embedding("transformer.wte", config.Vocabulary, width, tied: config.Tied && head.Classes == 0);
        positions = builder.Embedding("transformer.wpe", config.Positions, width);
        layers = [.. Enumerable.Range(0, config.Layers).Select(l => new Layer(
            builder.Attention($"transformer.h.{l}.attn", l, Shape(l)),
            builder.Junction($"transformer.h.{l}.attention_adapters", l, Sublayer.Attention, width),
            builder.Norm($"transformer.h.{l}.ln_1", l, NormKind.Layer, width, config.Epsilon),
            builder.Linear($"transformer.h.{l}.attn.c_attn", l, width, 3 * width, bias: true, inputsFirst: true),
            builder.Linear($"transformer.h.{l}.attn.c_proj", l, width, width, bias: true, inputsFirst: true),
            builder.Norm($"transformer.h.{l}.ln_2", l, NormKind.Layer, width, config.Epsilon),
            builder.FeedForward(
                builder.Linear($"transformer.h.{l}.mlp.c_fc", l, width, config.Inner, bias: true, inputsFirst: true),
                config.Activation,
                builder.Linear($"transformer.h.{l}.mlp.c_proj", l, config.Inner, width, bias: true, inputsFirst: true),
                builder.Junction($"transformer.h.{l}.output_adapters", l, Sublayer.FeedForward, width))))];
        for (var l = 0; l < config.Layers; l++)
        {
            builder.Heads(layers[l].Attention.Shape, layers[l].Project, 0, layers[l].Project, width);
        }

        finalNorm = builder.Norm("transformer.ln_f", -1, NormKind.Layer, width, config.Epsilon);
    }

    private sealed record Layer(
        SelfAttention Attention, Junction AttentionJunction, Norm Norm1, Linear Project, Linear AttentionOut, Norm Norm2, FeedForwardSublayer FeedForward);

    public static LanguageModel Build(Gpt2Config config, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "transformer.");
        var decoder = new Gpt2Decoder(config, head, builder);
        var output = builder.DecoderHead("lm_head", head, decoder.tokens, config.Tied, config.Width);
        builder.RequireAllClaimed(config.Tied ? [".attn.bias", ".attn.masked_bias", "lm_head.weight"] : [".attn.bias", ".attn.masked_bias"]);
        var shape = new ModelShape("gpt2", config.Layers, config.Width, config.Vocabulary, config.Positions, config.Width)
        {
            PadId = config.PadId,
            Head = head,
            DefaultTargets = ["c_attn"],
        };
        return new LanguageModel(backend, shape, builder, decoder, output, source);
    }

    public Var Embed(Pass pass) => positions.Forward(pass, pass.Rows.PositionMemory, addTo: tokens.Forward(pass, pass.Rows.IdMemory));

    public Var Block(Pass pass, int layer, Var x)
    {
        var (tape, l, width) = (pass.Tape, layers[layer], config.Width);
        var normed = l.Norm1.Forward(pass, x);
        var qkv = l.Project.Forward(pass, normed);
        tape.Release(normed);
        pass.Narrow(layer);
        var (q, k, v) = (pass.Kept(new Columns(qkv, 0, width)), new Columns(qkv, width, width), new Columns(qkv, 2 * width, width));
        var attended = l.Attention.Forward(pass, q, k, v);
        tape.Release(q.Var);
        tape.Release(qkv);
        x = l.AttentionJunction.Forward(pass, l.AttentionOut, attended, tape.Instead(x, pass.Kept(x)));
        normed = l.Norm2.Forward(pass, x);
        x = l.FeedForward.Forward(pass, normed, x);
        tape.Release(normed);
        return x;
    }

    public Var Finish(Pass pass, Var x)
    {
        var y = finalNorm.Forward(pass, x);
        pass.Tape.Release(x);
        return y;
    }

    private AttentionShape Shape(int layer)
    {
        var headWidth = config.Width / config.Heads;
        var scale = (config.ScaleByWidth ? 1 / MathF.Sqrt(headWidth) : 1) / (config.ScaleByLayer ? layer + 1 : 1);
        return new AttentionShape(config.Heads, config.Heads, headWidth, scale, Causal: true);
    }
}
