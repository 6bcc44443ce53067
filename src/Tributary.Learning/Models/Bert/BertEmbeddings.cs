using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Bert;

/// <summary>The input of BERT and RoBERTa: token, token type and position embeddings summed, and a norm.</summary>
internal sealed class BertEmbeddings(ModelBuilder builder, string prefix, BertConfig config, bool tied)
{
    private readonly Embedding tokens = builder.Embedding($"{prefix}.embeddings.word_embeddings", config.Vocabulary, config.Width, tied, config.PadId);
    private readonly Embedding types = builder.Embedding($"{prefix}.embeddings.token_type_embeddings", config.TokenTypes, config.Width);
    private readonly Embedding positions = builder.Embedding($"{prefix}.embeddings.position_embeddings", config.Positions, config.Width);
    private readonly Norm norm = builder.Norm($"{prefix}.embeddings.LayerNorm", -1, NormKind.Layer, config.Width, config.Epsilon);

    /// <summary>The token embedding.</summary>
    public Embedding Tokens => tokens;

    /// <summary>Rows before the first block, from the rows of the position table.</summary>
    public Var Forward(Pass pass, ReadOnlyMemory<int> positionIds)
    {
        var x = types.Forward(pass, pass.Rows.TypeMemory, addTo: tokens.Forward(pass, pass.Rows.IdMemory));
        x = positions.Forward(pass, positionIds, addTo: x);
        return pass.Tape.Instead(x, norm.Forward(pass, x));
    }
}
