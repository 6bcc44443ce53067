using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models.Modules;

/// <summary>A block of an encoder with a norm behind each junction (Vaswani et al. 2017; Devlin et al. 2019).</summary>
internal sealed record PostNormBlock(AttentionSublayer Attention, FeedForwardSublayer FeedForward)
{
    /// <summary>The stream after the block; releases the stream.</summary>
    public Var Forward(Pass pass, Var x) => FeedForward.Forward(pass, Attention.Forward(pass, x, x, x, x));
}
