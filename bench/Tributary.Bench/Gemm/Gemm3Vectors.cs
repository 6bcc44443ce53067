using System.Numerics;
using System.Runtime.InteropServices;

namespace Tributary.Bench.Gemm;

/// <summary>The same order with vectors: every multiply-add still loads and stores c.</summary>
public sealed class Gemm3Vectors : IGemmVariant
{
    public void Multiply(float[] a, float[] b, float[] c, int m, int n, int k)
    {
        Array.Clear(c);
        for (var i = 0; i < m; i++)
        {
            var row = c.AsSpan(i * n, n);
            for (var l = 0; l < k; l++)
            {
                AddScaled(new Vector<float>(a[(i * k) + l]), b.AsSpan(l * n, n), row);
            }
        }
    }

    private static void AddScaled(Vector<float> x, ReadOnlySpan<float> b, Span<float> c)
    {
        var from = MemoryMarshal.Cast<float, Vector<float>>(b);
        var to = MemoryMarshal.Cast<float, Vector<float>>(c);
        for (var j = 0; j < to.Length; j++)
        {
            to[j] = Vector.FusedMultiplyAdd(x, from[j], to[j]);
        }

        for (var j = to.Length * Vector<float>.Count; j < c.Length; j++)
        {
            c[j] += x[0] * b[j];
        }
    }
}
