using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models.Modules;

/// <summary>A block of two sub-layers.</summary>
internal interface IBlock
{
    /// <summary>The stream after the block; releases the stream.</summary>
    Var Forward(Pass pass, Var x);
}

/// <summary>A block with a norm behind each junction (Vaswani et al. 2017; Devlin et al. 2019).</summary>
internal sealed record PostNormBlock(AttentionSublayer Attention, FeedForwardSublayer FeedForward) : IBlock
{
    /// <inheritdoc/>
    public Var Forward(Pass pass, Var x)
    {
        x = Attention.Forward(pass, x, x, x, x);
        return FeedForward.Forward(pass, x, x);
    }
}
