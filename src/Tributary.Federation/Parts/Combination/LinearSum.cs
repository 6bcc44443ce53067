namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// A weighted sum as an addable triple (sum, weight, coverage): what an edge passes up instead of single updates. Sums are held in double precision, so the order of
/// senders is fixed by the caller, not by arrival.
/// </summary>
public sealed class LinearSum : IBlockRule
{
    private double[] sum = [];
    private int length;

    /// <summary>The weighted sum of values.</summary>
    public ReadOnlySpan<double> Sum => sum.AsSpan(0, length);

    /// <summary>The sum of weights.</summary>
    public double Weight { get; private set; }

    /// <summary>The number of senders.</summary>
    public int Coverage { get; private set; }

    /// <inheritdoc/>
    public int BlockLength(int senders) => 1 << 16;

    /// <inheritdoc/>
    public void Begin(int length)
    {
        if (sum.Length < length)
        {
            sum = new double[length];
        }

        this.length = length;
        sum.AsSpan(0, length).Clear();
        Weight = 0;
        Coverage = 0;
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, double weight)
    {
        var target = sum.AsSpan(0, length);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += weight * values[i];
        }

        Weight += weight;
        Coverage++;
    }

    /// <summary>Takes in another sum over the same stretch.</summary>
    public void Add(LinearSum other)
    {
        for (var i = 0; i < length; i++)
        {
            sum[i] += other.sum[i];
        }

        Weight += other.Weight;
        Coverage += other.Coverage;
    }

    /// <inheritdoc/>
    public void Finish(double divisor, Span<float> result)
    {
        for (var i = 0; i < length; i++)
        {
            result[i] = (float)(sum[i] / divisor);
        }
    }
}
