using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models.Modules;

/// <summary>The sub-layers of a block.</summary>
public enum Sublayer
{
    /// <summary>Self-attention.</summary>
    Attention,

    /// <summary>The feed-forward network.</summary>
    FeedForward,

    /// <summary>Attention over an encoder's output.</summary>
    CrossAttention,

    /// <summary>The way back from a narrow block to the wide stream (MobileBERT).</summary>
    Widening,
}

/// <summary>
/// Where a sub-layer's output s joins the residual stream x: s + x, and in post-norm families the norm of that sum. Bottleneck adapters act here. The path is where
/// the AdapterHub library keeps them in this family ("roberta.encoder.layer.0.attention.output", "transformer.h.0.output_adapters").
/// </summary>
public sealed class Junction(int id, string path, int layer, Sublayer sublayer, int width, Norm? norm) : IModule
{
    /// <inheritdoc/>
    public int Id { get; } = id;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int Layer { get; } = layer;

    /// <summary>Which sub-layer joins here.</summary>
    public Sublayer Sublayer { get; } = sublayer;

    /// <summary>Width of the residual stream.</summary>
    public int Width { get; } = width;

    /// <summary>The norm of the sum in post-norm families.</summary>
    public Norm? Norm { get; } = norm;

    /// <summary>Joins what the sub-layer's output projection makes of <paramref name="input"/>; releases the input and x.</summary>
    internal Var Forward(Pass pass, Linear output, Var input, Var x)
    {
        var s = output.Forward(pass, input);
        pass.Tape.Release(input);
        return Forward(pass, s, x);
    }

    /// <summary>Joins the two and releases both.</summary>
    internal Var Forward(Pass pass, Var s, Var x)
    {
        var tape = pass.Tape;
        var branches = pass.Adapters.BranchesOf(this);
        for (var i = 0; i < branches.Count; i++)
        {
            s = branches[i].Apply(pass, this, s, x);
        }

        var sum = tape.AddResidual(s, x);
        tape.Release(x);
        if (Norm is null)
        {
            return sum;
        }

        var normed = Norm.Forward(pass, sum);
        tape.Release(sum);
        return normed;
    }
}
