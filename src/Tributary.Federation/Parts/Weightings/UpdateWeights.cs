using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Weightings;

/// <summary>How much each update of a round counts.</summary>
/// <param name="Of">The weight of an update for a tensor, given its place among the updates; weights need not sum to one.</param>
public sealed record UpdateWeights(Func<int, TensorKey, double> Of)
{
    /// <summary>For every cluster the weights of the updates, in their order; empty where there are no clusters.</summary>
    public IReadOnlyList<double[]> ByCluster { get; init; } = [];

    /// <summary>Tensors of which blocks have weights of their own.</summary>
    public IReadOnlyDictionary<TensorKey, BlockWeights> ByBlock { get; init; } = new Dictionary<TensorKey, BlockWeights>();
}

/// <summary>Weights of the blocks of one tensor.</summary>
/// <param name="Length">Values of a block.</param>
/// <param name="Weights">For each update, in their order, the weight of every block, as blocks lie in memory; what an update does not hold counts nothing.</param>
public sealed record BlockWeights(int Length, double[][] Weights);
