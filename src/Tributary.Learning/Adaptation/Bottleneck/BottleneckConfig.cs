using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>
/// Bottleneck adapters: A(z) = scaling · up(f(down(z))) where sub-layers join the residual stream, with the options of the AdapterHub "adapters" library. The published
/// kinds are <see cref="Houlsby"/>, <see cref="Pfeiffer"/>, <see cref="Parallel"/>, and <see cref="Units"/> of small width stacked one behind the other.
/// </summary>
/// <param name="ReductionFactor">Model width over bottleneck width.</param>
/// <param name="Size">Width of the bottleneck; null takes it from <paramref name="ReductionFactor"/>.</param>
/// <param name="Activation">f.</param>
/// <param name="AfterAttention">An adapter after attention ("mh_adapter").</param>
/// <param name="AfterFeedForward">An adapter after the feed-forward network ("output_adapter").</param>
/// <param name="SeesSum">z is the residual sum with its norm instead of the sub-layer's output ("original_ln_before").</param>
/// <param name="IsParallel">z is the residual stream itself ("is_parallel").</param>
/// <param name="Scaling">Factor of the adapter's output.</param>
/// <param name="Units">Adapters behind each other at one place, each on the output of the one before: AdaFL's unit adapters (Cai et al. 2023).</param>
/// <param name="LeaveOut">Blocks that carry no adapter, from 0; null is none.</param>
/// <param name="Top">Only so many blocks, the last ones, carry adapters; null is all.</param>
public sealed record BottleneckConfig(
    double ReductionFactor = 16,
    int? Size = null,
    BottleneckActivation Activation = BottleneckActivation.Relu,
    bool AfterAttention = false,
    bool AfterFeedForward = true,
    bool SeesSum = false,
    bool IsParallel = false,
    double Scaling = 1,
    int Units = 1,
    IReadOnlyList<int>? LeaveOut = null,
    int? Top = null) : AdapterConfig
{
    /// <summary>Adapters after attention and after the feed-forward network (Houlsby et al. 2019).</summary>
    public static BottleneckConfig Houlsby { get; } = new(AfterAttention: true, Activation: BottleneckActivation.Swish);

    /// <summary>One adapter after the feed-forward network, behind the residual sum and its norm (Pfeiffer et al. 2020).</summary>
    public static BottleneckConfig Pfeiffer { get; } = new(SeesSum: true);

    /// <summary>One adapter beside the feed-forward network, on the residual stream (He et al. 2022).</summary>
    public static BottleneckConfig Parallel { get; } = new(ReductionFactor: 2, IsParallel: true, Scaling: 4);

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (!(ReductionFactor is > 0 and <= 1e6) || Size is < 1 or > 1 << 16)
        {
            yield return "reduction_factor must be above 0, size from 1 to 65536";
        }

        if (Units is < 1 or > 64)
        {
            yield return "units must be from 1 to 64";
        }

        if (!AfterAttention && !AfterFeedForward)
        {
            yield return "switch on after_attention or after_feed_forward: the adapter stands nowhere";
        }

        if (IsParallel && (SeesSum || Units > 1))
        {
            yield return "is_parallel goes neither with sees_sum nor with several units";
        }

        if (!double.IsFinite(Scaling) || LeaveOut?.Any(layer => layer < 0) == true)
        {
            yield return "scaling must be a number, and blocks are counted from 0";
        }

        if (Top < 1)
        {
            yield return "top must be at least 1";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => [new BottleneckAdapter(this, model, name, name)];
}
