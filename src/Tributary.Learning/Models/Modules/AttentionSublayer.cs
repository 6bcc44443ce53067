using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;

namespace Tributary.Learning.Models.Modules;

/// <summary>Self-attention of a block: three projections, attention over the sequence, the output projection and its junction.</summary>
internal sealed record AttentionSublayer(SelfAttention Attention, Linear Query, Linear Key, Linear Value, Linear Output, Junction Junction)
{
    /// <summary>
    /// The stream after the sub-layer, from what queries, keys and values are made of; releases the stream, and the others stay the caller's. In the last block it has only the
    /// rows that the pass goes on with.
    /// </summary>
    public Var Forward(Pass pass, Var queries, Var keys, Var values, Var stream)
    {
        var tape = pass.Tape;
        var (k, v) = (Key.Forward(pass, keys), Value.Forward(pass, values));
        pass.Narrow(Attention.Layer);
        var asked = pass.Kept(queries);
        var q = tape.Instead(asked, Query.Forward(pass, asked));
        var attended = Attention.Forward(pass, Columns.All(q), Columns.All(k), Columns.All(v));
        tape.Release(q);
        tape.Release(k);
        tape.Release(v);
        return Junction.Forward(pass, Output, attended, tape.Instead(stream, pass.Kept(stream)));
    }
}
