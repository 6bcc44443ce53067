using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>
/// y = softmax of a row over its largest entries; the items are rows. Rows are narrow (an entry for each expert of a mixture), so that there is nothing to gain by registers: sums
/// are in double, in the order of the columns.
/// </summary>
internal readonly unsafe struct TopSoftmaxKernel(View x, int top, View y) : IKernel
{
    /// <summary>Of an entry, in elements of a simple kernel.</summary>
    public const int Cost = 32;

    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var row = start; row < end; row++)
        {
            Row(new ReadOnlySpan<float>(x.Row(row), x.Columns), new Span<float>(y.Row(row), x.Columns));
        }
    }

    private void Row(ReadOnlySpan<float> from, Span<float> to)
    {
        var largest = float.NegativeInfinity;
        var sum = 0.0;
        for (var c = 0; c < from.Length; c++)
        {
            largest = Math.Max(largest, from[c]);
        }

        for (var c = 0; c < from.Length; c++)
        {
            to[c] = IsAmongTop(from, c) ? (float)Math.Exp((double)from[c] - largest) : 0;
            sum += to[c];
        }

        for (var c = 0; c < to.Length; c++)
        {
            to[c] = (float)(to[c] / sum);
        }
    }

    private bool IsAmongTop(ReadOnlySpan<float> from, int column)
    {
        var before = 0;
        for (var c = 0; c < from.Length; c++)
        {
            before += from[c] > from[column] || (from[c] == from[column] && c < column) ? 1 : 0;
        }

        return before < top;
    }
}
