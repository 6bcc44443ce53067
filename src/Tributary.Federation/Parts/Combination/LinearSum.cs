using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// A weighted sum as an addable triple (sum, weight, coverage): what an edge passes up instead of single updates. Sums are held in double precision, so the order of
/// senders is fixed by the caller, not by arrival. Weights are kept for each element once somebody has sent a part only.
/// </summary>
public sealed class LinearSum : IBlockRule
{
    private double[] sum = [];
    private double[] weights = [];
    private int length;
    private double weight;
    private bool isWhole;

    /// <summary>The weighted sum of values.</summary>
    public ReadOnlySpan<double> Sum => sum.AsSpan(0, length);

    /// <summary>The number of senders.</summary>
    public int Coverage { get; private set; }

    /// <summary>The sum of weights of those who sent an element.</summary>
    public double WeightAt(int element) => isWhole ? weight : weights[element];

    /// <inheritdoc/>
    public IBlockRule Fresh() => new LinearSum();

    /// <inheritdoc/>
    public int BlockLength(int senders) => 1 << 14; // eight senders' values and the sums stay in the second-level cache

    /// <inheritdoc/>
    public void Begin(int length)
    {
        if (sum.Length < length)
        {
            sum = new double[length];
        }

        this.length = length;
        sum.AsSpan(0, length).Clear();
        (weight, isWhole, Coverage) = (0, true, 0);
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<bool> held, double weight)
    {
        if (held.IsEmpty)
        {
            AddRows(values, [weight]);
            return;
        }

        for (var i = 0; i < length; i++)
        {
            sum[i] += weight * values[i];
        }

        Coverage++;

        SplitWeight();
        for (var i = 0; i < length; i++)
        {
            weights[i] += held[i] ? weight : 0;
        }
    }

    /// <inheritdoc/>
    public void AddRows(ReadOnlySpan<float> rows, ReadOnlySpan<double> weights)
    {
        WeightedRows.Add(sum.AsSpan(0, length), rows, weights);
        Coverage += weights.Length;
        foreach (var added in weights)
        {
            weight += added;
            for (var i = 0; i < length && !isWhole; i++)
            {
                this.weights[i] += added;
            }
        }
    }

    /// <summary>Takes in another sum over the same stretch.</summary>
    public void Add(LinearSum other)
    {
        for (var i = 0; i < length; i++)
        {
            sum[i] += other.sum[i];
        }

        Coverage += other.Coverage;
        if (isWhole && other.isWhole)
        {
            weight += other.weight;
            return;
        }

        SplitWeight();
        for (var i = 0; i < length; i++)
        {
            weights[i] += other.WeightAt(i);
        }
    }

    /// <inheritdoc/>
    public void Finish(Func<double, double> divisor, Span<float> result)
    {
        if (isWhole)
        {
            if (weight > 0)
            {
                WeightedRows.Divide(Sum, divisor(weight), result);
            }

            return;
        }

        for (var i = 0; i < length; i++)
        {
            result[i] = weights[i] > 0 ? (float)(sum[i] / divisor(weights[i])) : result[i];
        }
    }

    private void SplitWeight()
    {
        if (isWhole)
        {
            weights = weights.Length < length ? new double[sum.Length] : weights;
            weights.AsSpan(0, length).Fill(weight);
            isWhole = false;
        }
    }
}
