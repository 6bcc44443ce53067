using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.MobileBert;

/// <summary>
/// A block of MobileBERT: the stream is narrowed, passes attention and a stack of feed-forward networks, and what comes out is widened and joins the stream.
/// </summary>
/// <param name="Kind">Where queries, keys and values come from.</param>
/// <param name="Narrowed">The way into the block.</param>
/// <param name="Asked">The narrowed rows that queries and keys are made of, where they have their own.</param>
/// <param name="Attention">Attention inside the block.</param>
/// <param name="FeedForwards">The feed-forward networks.</param>
/// <param name="Widened">The way back.</param>
/// <param name="Join">Where the widened rows join the stream.</param>
internal sealed record MobileBertBlock(
    BottleneckKind Kind, Transform? Narrowed, Transform? Asked, AttentionSublayer Attention, IReadOnlyList<FeedForwardSublayer> FeedForwards, Linear? Widened, Junction? Join)
{
    public static MobileBertBlock Build(ModelBuilder builder, string path, int layer, MobileBertConfig config)
    {
        var (narrows, narrow) = (config.Bottleneck != BottleneckKind.None, config.Narrow);
        Norm NewNorm(string at, int width, float epsilon) => builder.Norm($"{path}.{at}.LayerNorm", layer, config.Norm, width, epsilon);
        FeedForwardSublayer FeedForward(string up, string down, float epsilon) => builder.FeedForward(
            builder.Linear($"{path}.{up}.dense", layer, narrow, config.Inner, bias: true),
            config.Activation,
            builder.Linear($"{path}.{down}.dense", layer, config.Inner, narrow, bias: true),
            builder.Junction($"{path}.{down}", layer, Sublayer.FeedForward, narrow, NewNorm(down, narrow, epsilon)));

        return new MobileBertBlock(
            config.Bottleneck,
            narrows ? Bottleneck(builder, $"{path}.bottleneck.input", layer, config) : null,
            ForQueries(builder, $"{path}.bottleneck.attention", layer, config),
            builder.Attention(
                builder.Attention($"{path}.attention.self", layer, Shape(config)),
                builder.Linear($"{path}.attention.self.query", layer, narrow, narrow, bias: true),
                builder.Linear($"{path}.attention.self.key", layer, narrow, narrow, bias: true),
                builder.Linear($"{path}.attention.self.value", layer, config.Bottleneck == BottleneckKind.Input ? narrow : config.Width, narrow, bias: true),
                builder.Linear($"{path}.attention.output.dense", layer, narrow, narrow, bias: true),
                builder.Junction($"{path}.attention.output", layer, Sublayer.Attention, narrow, NewNorm("attention.output", narrow, config.Epsilon))),
            [
                .. Enumerable.Range(0, config.FeedForwards - 1).Select(i => FeedForward($"ffn.{i}.intermediate", $"ffn.{i}.output", config.Epsilon)),
                FeedForward("intermediate", "output", MobileBertConfig.FixedEpsilon),
            ],
            narrows ? builder.Linear($"{path}.output.bottleneck.dense", layer, narrow, config.Width, bias: true) : null,
            narrows ? builder.Junction($"{path}.output.bottleneck", layer, Sublayer.Widening, config.Width, NewNorm("output.bottleneck", config.Width, config.Epsilon)) : null);
    }

    /// <summary>The stream after the block; releases the stream.</summary>
    public Var Forward(Pass pass, Var x)
    {
        var inside = Narrowed?.Forward(pass, x) ?? x;
        var asked = Asked?.Forward(pass, x) ?? (Kind == BottleneckKind.Wide ? x : inside);
        var values = Kind is BottleneckKind.Shared or BottleneckKind.Wide ? x : inside;
        inside = Attention.Forward(pass, asked, asked, values, inside);
        if (Asked is not null)
        {
            pass.Tape.Release(asked);
        }

        foreach (var feedForward in FeedForwards)
        {
            inside = feedForward.Forward(pass, inside, inside);
        }

        return Join is null ? inside : Join.Forward(pass, Widened!, inside, pass.Tape.Instead(x, pass.Kept(x)));
    }

    private static Transform? ForQueries(ModelBuilder builder, string path, int layer, MobileBertConfig config)
    {
        if (!config.HasSharedBottleneck)
        {
            return null;
        }

        if (config.Bottleneck == BottleneckKind.Shared)
        {
            return Bottleneck(builder, path, layer, config);
        }

        // In the files all the same, where queries come from the narrow stream.
        builder.Unused(path + ".dense.weight", layer, [config.Narrow, config.Width]);
        builder.Unused(path + ".dense.bias", layer, [config.Narrow]);
        builder.Unused(path + ".LayerNorm.weight", layer, [config.Narrow]);
        builder.Unused(path + ".LayerNorm.bias", layer, [config.Narrow]);
        return null;
    }

    private static Transform Bottleneck(ModelBuilder builder, string path, int layer, MobileBertConfig config) =>
        builder.Transform(path, config.Width, config.Narrow, null, config.Norm, config.Epsilon, layer);

    private static AttentionShape Shape(MobileBertConfig config)
    {
        var headWidth = config.Narrow / config.Heads;
        return new AttentionShape(config.Heads, config.Heads, headWidth, 1 / MathF.Sqrt(headWidth), Causal: false);
    }
}
