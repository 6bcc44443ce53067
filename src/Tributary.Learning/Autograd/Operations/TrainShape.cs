using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>The factors m, n and ranks r of a tensor train, and how its contraction's rows are put in order.</summary>
public sealed class TrainShape
{
    /// <summary>The most cores that a train may have.</summary>
    public const int MostCores = 8;

    private readonly int[] order;
    private readonly int[] inverse;

    /// <summary>A train of <paramref name="inputFactors"/> by <paramref name="outputFactors"/> with the given inner rank (the outer ones are 1).</summary>
    /// <exception cref="InputException">The two differ in number, there are too many, or a factor or the rank is not positive.</exception>
    public TrainShape(IReadOnlyList<int> inputFactors, IReadOnlyList<int> outputFactors, int rank)
    {
        var count = inputFactors.Count;
        if (count != outputFactors.Count || count is 0 or > MostCores || rank < 1 || inputFactors.Concat(outputFactors).Any(f => f < 1))
        {
            throw new InputException($"a tensor train takes 1 to {MostCores} positive factors on each side, as many on both, and a positive rank");
        }

        (InputFactors, OutputFactors) = (inputFactors, outputFactors);
        Ranks = [1, .. Enumerable.Repeat(rank, count - 1), 1];
        (Rows, Columns) = (inputFactors.Aggregate((a, b) => a * b), outputFactors.Aggregate((a, b) => a * b));
        order = [.. Enumerable.Range(0, Rows * Columns / outputFactors[^1]).Select(Source)];
        inverse = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }
    }

    /// <summary>m₁ … m_J.</summary>
    public IReadOnlyList<int> InputFactors { get; }

    /// <summary>n₁ … n_J.</summary>
    public IReadOnlyList<int> OutputFactors { get; }

    /// <summary>r₀ … r_J.</summary>
    public IReadOnlyList<int> Ranks { get; }

    /// <summary>∏ m.</summary>
    public int Rows { get; }

    /// <summary>∏ n.</summary>
    public int Columns { get; }

    /// <summary>Where each row (m₁ … m_J, n₁ … n_{J−1}) of n_J values stands in the contraction.</summary>
    public ReadOnlySpan<int> Order => order;

    /// <summary>The other way round.</summary>
    public ReadOnlySpan<int> InverseOrder => inverse;

    /// <summary>The shape of core j: [r_{j−1}, m_j, n_j, r_j].</summary>
    public int[] Core(int j) => [Ranks[j], InputFactors[j], OutputFactors[j], Ranks[j + 1]];

    // Reads the index in mixed radix (m₁ … m_J, n₁ … n_{J−1}) and writes it as (m₁, n₁, …, m_J).
    private int Source(int index)
    {
        var last = InputFactors.Count - 1;
        Span<int> outputs = stackalloc int[MostCores];
        Span<int> inputs = stackalloc int[MostCores];
        for (var j = last - 1; j >= 0; j--)
        {
            (index, outputs[j]) = Math.DivRem(index, OutputFactors[j]);
        }

        for (var j = last; j >= 0; j--)
        {
            (index, inputs[j]) = Math.DivRem(index, InputFactors[j]);
        }

        var source = 0;
        for (var j = 0; j < last; j++)
        {
            source = (((source * InputFactors[j]) + inputs[j]) * OutputFactors[j]) + outputs[j];
        }

        return (source * InputFactors[last]) + inputs[last];
    }
}
