using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Rotary;

/// <summary>Pre-norm decoder with rotary positions, root-mean-square norms, grouped queries and a gated feed-forward network: LLaMA and its relatives.</summary>
internal sealed class RotaryDecoder : IBackbone, IDisposable
{
    private readonly RotarySpec spec;
    private readonly Embedding tokens;
    private readonly Layer[] layers;
    private readonly Norm finalNorm;
    private readonly RotaryTable rotary;

    private RotaryDecoder(RotarySpec spec, HeadSpec head, ModelBuilder builder, IBackend backend)
    {
        this.spec = spec;
        var (width, queryWidth, keyWidth) = (spec.Width, spec.Heads * spec.HeadWidth, spec.KeyValueHeads * spec.HeadWidth);
        rotary = new RotaryTable(backend, spec.Positions, spec.HeadWidth, spec.Frequencies);
        tokens = builder.Embedding("model.embed_tokens", spec.Vocabulary, width, tied: spec.Tied && head.Classes == 0, spec.PadId ?? -1);
        layers = [.. Enumerable.Range(0, spec.Layers).Select(l => new Layer(
            builder.Attention($"model.layers.{l}.self_attn", l, spec.Attention(l)),
            builder.Junction($"model.layers.{l}.attention_adapters", l, Sublayer.Attention, width),
            builder.Linear($"model.layers.{l}.self_attn.q_proj", l, width, queryWidth, spec.QueryKeyValueBias),
            builder.Linear($"model.layers.{l}.self_attn.k_proj", l, width, keyWidth, spec.QueryKeyValueBias),
            builder.Linear($"model.layers.{l}.self_attn.v_proj", l, width, keyWidth, spec.QueryKeyValueBias),
            builder.Linear($"model.layers.{l}.self_attn.o_proj", l, queryWidth, width, spec.OutputBias),
            builder.FeedForward(
                builder.Linear($"model.layers.{l}.mlp.gate_proj", l, width, spec.Inner, spec.FeedForwardBias),
                builder.Linear($"model.layers.{l}.mlp.up_proj", l, width, spec.Inner, spec.FeedForwardBias),
                spec.Activation,
                builder.Linear($"model.layers.{l}.mlp.down_proj", l, spec.Inner, width, spec.FeedForwardBias),
                builder.Junction($"model.layers.{l}.output_adapters", l, Sublayer.FeedForward, width)),
            builder.Norm($"model.layers.{l}.input_layernorm", l, spec.Norm, width, spec.Epsilon),
            builder.Norm($"model.layers.{l}.post_attention_layernorm", l, spec.Norm, width, spec.Epsilon)))];
        finalNorm = builder.Norm("model.norm", -1, spec.Norm, width, spec.Epsilon);
    }

    private sealed record Layer(
        SelfAttention Attention, Junction AttentionJunction, Linear Query, Linear Key, Linear Value, Linear Out, GatedFeedForwardSublayer FeedForward, Norm InputNorm, Norm PostNorm);

    public static LanguageModel Build(RotarySpec spec, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "model.");
        var decoder = new RotaryDecoder(spec, head, builder, backend);
        var output = builder.DecoderHead("lm_head", head, decoder.tokens, spec.Tied, spec.Width);
        builder.RequireAllClaimed(spec.Tied ? [".rotary_emb.inv_freq", "lm_head.weight"] : [".rotary_emb.inv_freq"]);
        var shape = new ModelShape(spec.Family, spec.Layers, spec.Width, spec.Vocabulary, spec.Positions, spec.KeyValueHeads * spec.HeadWidth)
        {
            PadId = spec.PadId,
            Head = head,
            DefaultTargets = ["q_proj", "v_proj"],
        };
        return new LanguageModel(backend, shape, builder, decoder, output, source);
    }

    public Var Embed(Pass pass)
    {
        var x = tokens.Forward(pass, pass.Rows.IdMemory);
        return spec.EmbeddingScale == 1 ? x : pass.Tape.Scale(x, spec.EmbeddingScale);
    }

    public Var Block(Pass pass, int layer, Var x)
    {
        var (tape, l) = (pass.Tape, layers[layer]);
        var normed = l.InputNorm.Forward(pass, x);
        var k = Rotate(pass, l.Key.Forward(pass, normed));
        var v = l.Value.Forward(pass, normed);
        pass.Narrow(layer);
        var asked = tape.Instead(normed, pass.Kept(normed));
        var q = Rotate(pass, tape.Instead(asked, l.Query.Forward(pass, asked)));
        var attended = l.Attention.Forward(pass, Columns.All(q), Columns.All(k), Columns.All(v));
        tape.Release(q);
        tape.Release(k);
        tape.Release(v);
        x = l.AttentionJunction.Forward(pass, l.Out, attended, tape.Instead(x, pass.Kept(x)));
        normed = l.PostNorm.Forward(pass, x);
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

    public void Dispose() => rotary.Dispose();

    private Var Rotate(Pass pass, Var x)
    {
        var tables = rotary.For(pass.Rows.PositionEnd);
        return pass.Tape.Rotate(x, pass.Positions, tables.Cos, tables.Sin, spec.HeadWidth);
    }
}
