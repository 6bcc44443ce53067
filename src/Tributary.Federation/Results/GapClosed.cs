namespace Tributary.Federation.Results;

/// <summary>How much of the way from training alone to pooling the data the federation went.</summary>
/// <param name="Value">(federated − local) ÷ (pooled − local), or null.</param>
/// <param name="Reason">Why there is no value.</param>
public sealed record GapClosed(double? Value, string? Reason)
{
    /// <summary>From three losses on the same data; lower is better.</summary>
    public static GapClosed Of(double federated, double? local, double? pooled) =>
        local is null ? new(null, "no owner was trained alone (data.local_baseline is off)")
        : pooled is null ? new(null, "no model was trained on the pooled data (data.pooled_baseline is off)")
        : pooled >= local ? new(null, "pooling the data is not better than training alone here")
        : new((federated - local) / (pooled - local), null);
}
