using Tributary.Numerics;

namespace Tributary.Learning.Models.T5;

/// <summary>T5 as a whole: one embedding for encoder and decoder, tied to the output layer (version 1.0, which then scales the decoder's rows by 1/√width) or not (1.1).</summary>
internal static class T5Model
{
    public static LanguageModel Build(T5Config config, HeadSpec head, IBackend backend, ITensorSource source, StorageType storage)
    {
        var builder = new ModelBuilder(backend, source, storage, prefix: "");
        var tokens = builder.Embedding("shared", config.Vocabulary, config.Width, config.Tied);
        var encoder = T5Stack.Encoder(config, builder, tokens);
        var decoder = T5Stack.Decoder(config, builder, tokens);
        var output = builder.DecoderHead("lm_head", head, tokens, config.Tied, config.Width);
        string[] copies = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight", ".EncDecAttention.relative_attention_bias.weight"];
        builder.RequireAllClaimed(config.Tied ? [.. copies, "lm_head.weight"] : copies);
        var shape = new ModelShape("t5", config.DecoderLayers, config.Width, config.Vocabulary, Positions: int.MaxValue, config.Heads * config.HeadWidth)
        {
            PadId = config.PadId,
            Head = head,
            DefaultTargets = ["q", "v"],
            DecoderStartId = config.StartId,
            OutputScale = config.Tied ? 1 / MathF.Sqrt(config.Width) : 1,
        };
        return new LanguageModel(backend, shape, builder, decoder, output, source, new EncoderStack(encoder, config.EncoderLayers));
    }
}
