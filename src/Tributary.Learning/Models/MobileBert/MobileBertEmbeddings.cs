using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;

namespace Tributary.Learning.Models.MobileBert;

/// <summary>MobileBERT's input: each token's narrow embedding beside those of its neighbours, brought to the stream's width; positions and token types added; a norm.</summary>
internal sealed class MobileBertEmbeddings
{
    private readonly bool trigrams;
    private readonly Linear? transformation;
    private readonly Embedding types;
    private readonly Embedding positions;
    private readonly Norm norm;

    public MobileBertEmbeddings(ModelBuilder builder, MobileBertConfig config, bool tied)
    {
        trigrams = config.Trigrams;
        Tokens = builder.Embedding("mobilebert.embeddings.word_embeddings", config.Vocabulary, config.EmbeddingWidth, tied, config.PadId);
        positions = builder.Embedding("mobilebert.embeddings.position_embeddings", config.Positions, config.Width);
        types = builder.Embedding("mobilebert.embeddings.token_type_embeddings", config.TokenTypes, config.Width);
        transformation = Transformation(builder, config);
        norm = builder.Norm("mobilebert.embeddings.LayerNorm", -1, config.Norm, config.Width, MobileBertConfig.FixedEpsilon);
    }

    /// <summary>The token embedding.</summary>
    public Embedding Tokens { get; }

    /// <summary>Rows before the first block.</summary>
    public Var Forward(Pass pass)
    {
        var (tape, rows) = (pass.Tape, pass.Rows);
        var x = Tokens.Forward(pass, rows.IdMemory);
        x = trigrams ? tape.Instead(x, tape.Trigrams(x, rows.SegmentMemory)) : x;
        x = transformation is null ? x : tape.Instead(x, transformation.Forward(pass, x));
        x = types.Forward(pass, rows.TypeMemory, addTo: positions.Forward(pass, rows.PositionMemory, addTo: x));
        return tape.Instead(x, norm.Forward(pass, x));
    }

    private static Linear? Transformation(ModelBuilder builder, MobileBertConfig config)
    {
        const string Path = "mobilebert.embeddings.embedding_transformation";
        if (config.Trigrams || config.EmbeddingWidth != config.Width)
        {
            return builder.Linear(Path, -1, config.Trigrams ? 3 * config.EmbeddingWidth : config.EmbeddingWidth, config.Width, bias: true);
        }

        builder.Unused(Path + ".weight", -1, [config.Width, config.EmbeddingWidth]);
        builder.Unused(Path + ".bias", -1, [config.Width]);
        return null;
    }
}
