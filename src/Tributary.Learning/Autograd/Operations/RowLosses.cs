using System.Buffers;
using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Sums losses of rows on the host, in row order and in double.</summary>
internal static class RowLosses
{
    public static int Labelled(ReadOnlySpan<int> labels)
    {
        var count = 0;
        foreach (var label in labels)
        {
            count += label >= 0 ? 1 : 0;
        }

        return count;
    }

    public static double Sum(IBackend backend, Matrix losses)
    {
        var host = ArrayPool<float>.Shared.Rent(losses.Columns);
        backend.Read(losses, host.AsSpan(0, losses.Columns));
        var sum = 0.0;
        for (var i = 0; i < losses.Columns; i++)
        {
            sum += host[i];
        }

        ArrayPool<float>.Shared.Return(host);
        return sum;
    }
}
