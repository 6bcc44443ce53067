using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models.Modules;

/// <summary>Cross-attention of a decoder's block: norm, queries from the stream, keys and values from the encoder's output, the output projection and its junction.</summary>
internal sealed record CrossAttentionSublayer(Norm Norm, CrossAttention Attention, Linear Query, Linear Key, Linear Value, Linear Output, Junction Junction)
{
    /// <summary>The stream after the sub-layer; releases the stream.</summary>
    public Var Forward(Pass pass, Var stream)
    {
        var tape = pass.Tape;
        var normed = Norm.Forward(pass, stream);
        var q = Query.Forward(pass, normed);
        tape.Release(normed);
        var (k, v) = pass.Encoded is { } encoded ? (Key.Forward(pass.Source, encoded), Value.Forward(pass.Source, encoded)) : default((Var?, Var?));
        var attended = Attention.Forward(pass, q, k, v);
        tape.Release(q);
        if (k is not null && v is not null)
        {
            tape.Release(k);
            tape.Release(v);
        }

        return Junction.Forward(pass, Output, attended, stream);
    }
}
