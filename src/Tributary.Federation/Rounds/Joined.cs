using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Rounds;

/// <summary>The joined updates of a round.</summary>
/// <param name="Model">The model's tensors that somebody sent.</param>
/// <param name="IsDelta">Whether they are differences from the global model rather than values.</param>
/// <param name="Control">Changes of control variates, summed over senders and divided by the number of all clients; empty when nobody sent any.</param>
public sealed record Joined(ParameterSet Model, bool IsDelta, ParameterSet Control)
{
    /// <summary>How far averaged factors are from the average update, relative to it.</summary>
    public const string AggregationErrorMetric = "aggregation_error";

    /// <summary>What the rank leaves out of the average update, relative to it.</summary>
    public const string TruncationErrorMetric = "truncation_error";

    /// <summary>What joined for each cluster by itself: mean updates of modules as whole matrices, and values of other tensors; nothing for a cluster to which no sender belongs.</summary>
    public IReadOnlyList<ParameterSet> Clusters { get; init; } = [];

    /// <summary>What was measured while joining, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The joined update minus the global model, for the tensors that somebody sent.</summary>
    public ParameterSet DeltaFrom(ParameterSet global) => IsDelta ? Model : Model.Minus(global);
}
