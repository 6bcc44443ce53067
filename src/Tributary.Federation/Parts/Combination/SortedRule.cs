namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// The mean of every coordinate after sorting its senders and leaving out as many at each end as asked: the trimmed mean, and with all but the middle one or two left
/// out the median (Yin et al. 2018). Reads all senders of a short stretch at a time.
/// </summary>
/// <param name="trim">Number left out at each end, of a number of senders.</param>
internal sealed class SortedRule(Func<int, int> trim) : IBlockRule
{
    private const int Budget = 1 << 20;
    private float[] values = [];
    private float[] column = [];
    private int length;
    private int senders;

    /// <summary>The median.</summary>
    public static SortedRule Median() => new(count => (count - 1) / 2);

    /// <summary>The trimmed mean.</summary>
    public static SortedRule TrimmedMean(double fraction) => new(count => (int)(fraction * count));

    /// <inheritdoc/>
    public int BlockLength(int senders) => Math.Max(1, Budget / Math.Max(1, senders));

    /// <inheritdoc/>
    public void Begin(int length)
    {
        this.length = length;
        senders = 0;
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, double weight)
    {
        var start = senders * length;
        if (this.values.Length < start + length)
        {
            Array.Resize(ref this.values, Math.Max(start + length, 2 * this.values.Length));
        }

        values.CopyTo(this.values.AsSpan(start, length));
        senders++;
    }

    /// <inheritdoc/>
    public void Finish(double divisor, Span<float> result)
    {
        if (column.Length < senders)
        {
            column = new float[senders];
        }

        var cut = trim(senders);
        var kept = senders - (2 * cut);
        for (var i = 0; i < length; i++)
        {
            for (var k = 0; k < senders; k++)
            {
                column[k] = values[(k * length) + i];
            }

            Array.Sort(column, 0, senders);
            var sum = 0.0;
            foreach (var value in column.AsSpan(cut, kept))
            {
                sum += value;
            }

            result[i] = (float)(sum / kept);
        }
    }
}
