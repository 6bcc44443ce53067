using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.LinearAlgebra;

/// <summary>Vector loops over a fixed width of four doubles, without fused multiply-add: the same bits on every machine.</summary>
internal static class Lanes
{
    /// <summary>Σ x · y.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var left = MemoryMarshal.Cast<double, Vector256<double>>(x);
        var right = MemoryMarshal.Cast<double, Vector256<double>>(y);
        var sums = Vector256<double>.Zero;
        for (var i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        var sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        for (var i = left.Length * 4; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    /// <summary>y += scale · x.</summary>
    public static void AddScaled(double scale, ReadOnlySpan<double> x, Span<double> y)
    {
        var from = MemoryMarshal.Cast<double, Vector256<double>>(x);
        var to = MemoryMarshal.Cast<double, Vector256<double>>(y);
        var factor = Vector256.Create(scale);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] += factor * from[i];
        }

        for (var i = from.Length * 4; i < x.Length; i++)
        {
            y[i] += scale * x[i];
        }
    }

    /// <summary>(x, y) = (cos · x − sin · y, sin · x + cos · y).</summary>
    public static void Rotate(double cos, double sin, Span<double> x, Span<double> y)
    {
        var first = MemoryMarshal.Cast<double, Vector256<double>>(x);
        var second = MemoryMarshal.Cast<double, Vector256<double>>(y);
        var (c, s) = (Vector256.Create(cos), Vector256.Create(sin));
        for (var i = 0; i < first.Length; i++)
        {
            (first[i], second[i]) = ((c * first[i]) - (s * second[i]), (s * first[i]) + (c * second[i]));
        }

        for (var i = first.Length * 4; i < x.Length; i++)
        {
            (x[i], y[i]) = ((cos * x[i]) - (sin * y[i]), (sin * x[i]) + (cos * y[i]));
        }
    }
}
