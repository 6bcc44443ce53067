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
    private bool[] held = [];
    private float[] column = [];
    private int length;
    private int senders;

    /// <summary>The median.</summary>
    public static SortedRule Median() => new(count => (count - 1) / 2);

    /// <summary>The trimmed mean.</summary>
    public static SortedRule TrimmedMean(double fraction) => new(count => (int)(fraction * count));

    /// <inheritdoc/>
    public IBlockRule Fresh() => new SortedRule(trim);

    /// <inheritdoc/>
    public int BlockLength(int senders) => Math.Max(1, Budget / Math.Max(1, senders));

    /// <inheritdoc/>
    public void Begin(int length)
    {
        this.length = length;
        senders = 0;
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<bool> held, double weight)
    {
        var start = senders * length;
        if (this.values.Length < start + length)
        {
            var size = Math.Max(start + length, 2 * this.values.Length);
            Array.Resize(ref this.values, size);
            Array.Resize(ref this.held, size);
        }

        values.CopyTo(this.values.AsSpan(start, length));
        if (held.IsEmpty)
        {
            this.held.AsSpan(start, length).Fill(true);
        }
        else
        {
            held.CopyTo(this.held.AsSpan(start, length));
        }

        senders++;
    }

    /// <inheritdoc/>
    public void Finish(Func<double, double> divisor, Span<float> result)
    {
        if (column.Length < senders)
        {
            column = new float[senders];
        }

        for (var i = 0; i < length; i++)
        {
            var count = 0;
            for (var k = 0; k < senders; k++)
            {
                if (held[(k * length) + i])
                {
                    column[count++] = values[(k * length) + i];
                }
            }

            if (count > 0)
            {
                result[i] = MiddleMean(column.AsSpan(0, count));
            }
        }
    }

    private float MiddleMean(Span<float> sent)
    {
        var cut = trim(sent.Length);
        sent.Sort();
        var sum = 0.0;
        foreach (var value in sent[cut..^cut])
        {
            sum += value;
        }

        return (float)(sum / (sent.Length - (2 * cut)));
    }
}
