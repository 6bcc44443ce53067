using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tributary.Numerics.LinearAlgebra;

/// <summary>
/// A weighted sum of rows in single precision, held in double precision. Compiled for speed at once: a round joins its updates once, too seldom for code that gets better by use.
/// </summary>
public static class WeightedRows
{
    /// <summary>
    /// Adds to every sum its column of <paramref name="rows"/>, which lie one after another, each times its weight: a product and a sum for every element, each rounded, row
    /// after row; the same bits with registers of any width.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not as many values as sums times weights.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Add(Span<double> sum, ReadOnlySpan<float> rows, ReadOnlySpan<double> weights)
    {
        var (length, width) = (sum.Length, Vector<double>.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, length * weights.Length);
        var i = 0;
        fixed (double* sums = sum)
        fixed (float* values = rows)
        fixed (double* factors = weights)
        {
            for (; i <= length - (2 * width); i += 2 * width)
            {
                var (low, high) = (Vector.Load(sums + i), Vector.Load(sums + i + width));
                var row = values + i;
                for (var k = 0; k < weights.Length; k++, row += length)
                {
                    Vector.Widen(Vector.Load(row), out var first, out var second);
                    var factor = new Vector<double>(factors[k]);
                    low += first * factor;
                    high += second * factor;
                }

                low.Store(sums + i);
                high.Store(sums + i + width);
            }
        }

        for (; i < length; i++)
        {
            for (var k = 0; k < weights.Length; k++)
            {
                sum[i] += weights[k] * rows[(k * length) + i];
            }
        }
    }

    /// <summary>Writes every sum over <paramref name="divisor"/>, rounded to single precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many results as sums.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Divide(ReadOnlySpan<double> sum, double divisor, Span<float> result)
    {
        var (length, width) = (sum.Length, Vector<double>.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.Length, length);
        var (by, i) = (new Vector<double>(divisor), 0);
        fixed (double* sums = sum)
        fixed (float* results = result)
        {
            for (; i <= length - (2 * width); i += 2 * width)
            {
                Vector.Narrow(Vector.Load(sums + i) / by, Vector.Load(sums + i + width) / by).Store(results + i);
            }
        }

        for (; i < length; i++)
        {
            result[i] = (float)(sum[i] / divisor);
        }
    }
}
