using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models.Modules;

/// <summary>A block with a norm before each sub-layer (Xiong et al. 2020); in a decoder behind an encoder with cross-attention between its two own.</summary>
internal sealed record PreNormBlock(Norm AttentionNorm, AttentionSublayer Attention, Norm FeedForwardNorm, IFeedForward FeedForward, CrossAttentionSublayer? Cross = null) : IBlock
{
    /// <inheritdoc/>
    public Var Forward(Pass pass, Var x)
    {
        var normed = AttentionNorm.Forward(pass, x);
        x = Attention.Forward(pass, normed, normed, normed, x);
        pass.Tape.Release(normed);
        x = Cross?.Forward(pass, x) ?? x;
        normed = FeedForwardNorm.Forward(pass, x);
        x = FeedForward.Forward(pass, normed, x);
        pass.Tape.Release(normed);
        return x;
    }
}
