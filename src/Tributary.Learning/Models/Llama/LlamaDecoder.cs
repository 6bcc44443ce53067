using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Llama;

/// <summary>LLaMA: rotary positions, root-mean-square norms, grouped queries, gated feed-forward.</summary>
internal sealed class LlamaDecoder : IBackbone, IDisposable
{
    private readonly LlamaConfig config;
    private readonly Embedding tokens;
    private readonly Layer[] layers;
    private readonly Norm finalNorm;
    private readonly RotaryTable rotary;

    private LlamaDecoder(LlamaConfig config, ModelBuilder builder, IBackend backend)
    {
        this.config = config;
        var (width, queryWidth, keyWidth) = (config.Width, config.Heads * config.HeadWidth, config.KeyValueHeads * config.HeadWidth);
        rotary = new RotaryTable(backend, config.Positions, config.HeadWidth, config.Theta, config.Scaling);
        tokens = builder.Embedding("model.embed_tokens", config.Vocabulary, width, tied: config.Tied && config.Classes == 0, config.PadId ?? -1);
        var attention = new AttentionShape(config.Heads, config.KeyValueHeads, config.HeadWidth, 1 / MathF.Sqrt(config.HeadWidth), Causal: true);
        layers = [.. Enumerable.Range(0, config.Layers).Select(l => new Layer(
            builder.Attention($"model.layers.{l}.self_attn", l, attention),
            builder.Junction($"model.layers.{l}.self_attn", l, Sublayer.Attention, width),
            builder.Junction($"model.layers.{l}.mlp", l, Sublayer.FeedForward, width),
            builder.Linear($"model.layers.{l}.self_attn.q_proj", l, width, queryWidth, config.AttentionBias),
            builder.Linear($"model.layers.{l}.self_attn.k_proj", l, width, keyWidth, config.AttentionBias),
            builder.Linear($"model.layers.{l}.self_attn.v_proj", l, width, keyWidth, config.AttentionBias),
            builder.Linear($"model.layers.{l}.self_attn.o_proj", l, queryWidth, width, config.AttentionBias),
            builder.Linear($"model.layers.{l}.mlp.gate_proj", l, width, config.Inner, config.MlpBias),
            builder.Linear($"model.layers.{l}.mlp.up_proj", l, width, config.Inner, config.MlpBias),
            builder.Linear($"model.layers.{l}.mlp.down_proj", l, config.Inner, width, config.MlpBias),
            builder.Norm($"model.layers.{l}.input_layernorm", l, NormKind.Rms, width, config.Epsilon),
            builder.Norm($"model.layers.{l}.post_attention_layernorm", l, NormKind.Rms, width, config.Epsilon)))];
        finalNorm = builder.Norm("model.norm", -1, NormKind.Rms, width, config.Epsilon);
    }

    private sealed record Layer(
        SelfAttention Attention, Junction AttentionJunction, Junction FeedForwardJunction, Linear Query, Linear Key, Linear Value, Linear Out, Linear Gate, Linear Up, Linear Down, Norm InputNorm, Norm PostNorm);

    public static LanguageModel Build(LlamaConfig config, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, "model.");
        var decoder = new LlamaDecoder(config, builder, backend);
        var head = config.Classes > 0 ? builder.Linear("score", -1, config.Width, config.Classes, bias: false, isOutputLayer: true)
            : config.Tied ? builder.Linear("lm_head", -1, decoder.tokens.Weight, null, isOutputLayer: true)
            : builder.Linear("lm_head", -1, config.Width, config.Vocabulary, bias: false, isOutputLayer: true);
        builder.RequireAllClaimed(config.Tied ? [".rotary_emb.inv_freq", "lm_head.weight"] : [".rotary_emb.inv_freq"]);
        var shape = new ModelShape("llama", config.Layers, config.Width, config.Vocabulary, config.Positions, config.KeyValueHeads * config.HeadWidth)
        {
            PadId = config.PadId,
            Task = config.Classes > 0 ? HeadTask.SequenceClassification : HeadTask.CausalLanguageModelling,
            Classes = config.Classes,
            DefaultTargets = ["q_proj", "v_proj"],
        };
        return new LanguageModel(backend, shape, builder, decoder, head, source);
    }

    public Var Embed(Pass pass) => tokens.Forward(pass, pass.Rows.IdMemory);

    public Var Block(Pass pass, int layer, Var x)
    {
        var (tape, l) = (pass.Tape, layers[layer]);
        var normed = l.InputNorm.Forward(pass, x);
        var q = Rotate(pass, l.Query.Forward(pass, normed));
        var k = Rotate(pass, l.Key.Forward(pass, normed));
        var v = l.Value.Forward(pass, normed);
        tape.Release(normed);
        var attended = l.Attention.Forward(pass, All(q), All(k), All(v));
        tape.Release(q);
        tape.Release(k);
        tape.Release(v);
        x = Join(pass, l.AttentionJunction, x, l.Out, attended);
        var normed2 = l.PostNorm.Forward(pass, x);
        var gate = l.Gate.Forward(pass, normed2);
        var up = l.Up.Forward(pass, normed2);
        tape.Release(normed2);
        var gated = tape.Gate(config.Activation, gate, up);
        tape.Release(gate);
        tape.Release(up);
        return Join(pass, l.FeedForwardJunction, x, l.Down, gated);
    }

    public Var Finish(Pass pass, Var x)
    {
        var y = finalNorm.Forward(pass, x);
        pass.Tape.Release(x);
        return y;
    }

    public void Dispose() => rotary.Dispose();

    private static Columns All(Var var) => new(var, 0, var.Value.Columns);

    private static Var Join(Pass pass, Junction junction, Var x, Linear linear, Var input)
    {
        var s = linear.Forward(pass, input);
        pass.Tape.Release(input);
        return junction.Forward(pass, s, x);
    }

    private Var Rotate(Pass pass, Var x) => pass.Tape.Rotate(x, pass.Rows.PositionMemory, rotary.Cos, rotary.Sin, config.HeadWidth);
}
