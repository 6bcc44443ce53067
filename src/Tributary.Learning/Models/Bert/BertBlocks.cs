using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Bert;

/// <summary>The blocks of BERT and RoBERTa, which differ in the prefix of their names alone.</summary>
internal static class BertBlocks
{
    public static PostNormBlock[] Build(ModelBuilder builder, string prefix, BertConfig config) =>
        [.. Enumerable.Range(0, config.Layers).Select(layer => Block(builder, $"{prefix}.encoder.layer.{layer}", layer, config))];

    private static PostNormBlock Block(ModelBuilder builder, string path, int layer, BertConfig config)
    {
        var (width, headWidth) = (config.Width, config.Width / config.Heads);
        Linear Dense(string name, int inputs, int outputs) => builder.Linear($"{path}.{name}", layer, inputs, outputs, bias: true);
        Junction Join(string name, Sublayer sublayer) => builder.Junction(
            $"{path}.{name}", layer, sublayer, width, builder.Norm($"{path}.{name}.LayerNorm", layer, NormKind.Layer, width, config.Epsilon));
        return new PostNormBlock(
            builder.Attention(
                builder.Attention($"{path}.attention.self", layer, new AttentionShape(config.Heads, config.Heads, headWidth, 1 / MathF.Sqrt(headWidth), Causal: false)),
                Dense("attention.self.query", width, width),
                Dense("attention.self.key", width, width),
                Dense("attention.self.value", width, width),
                Dense("attention.output.dense", width, width),
                Join("attention.output", Sublayer.Attention)),
            builder.FeedForward(
                Dense("intermediate.dense", width, config.Inner), config.Activation, Dense("output.dense", config.Inner, width), Join("output", Sublayer.FeedForward)));
    }
}
