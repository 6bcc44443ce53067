using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tributary.Bench.Gemm;

/// <summary>A tile of 4 × 2 vectors of c stays in registers over the whole of k; b is still read with a stride. Needs m to be a multiple of 4 and n of two vectors.</summary>
public sealed class Gemm4RegisterTile : IGemmVariant
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(float[] a, float[] b, float[] c, int m, int n, int k)
    {
        var width = Vector<float>.Count;
        for (var j = 0; j < n; j += 2 * width)
        {
            for (var i = 0; i < m; i += 4)
            {
                Vector<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
                for (var l = 0; l < k; l++)
                {
                    var b0 = new Vector<float>(b, (l * n) + j);
                    var b1 = new Vector<float>(b, (l * n) + j + width);
                    var x = new Vector<float>(a[(i * k) + l]);
                    c00 = Vector.FusedMultiplyAdd(x, b0, c00);
                    c01 = Vector.FusedMultiplyAdd(x, b1, c01);
                    x = new Vector<float>(a[((i + 1) * k) + l]);
                    c10 = Vector.FusedMultiplyAdd(x, b0, c10);
                    c11 = Vector.FusedMultiplyAdd(x, b1, c11);
                    x = new Vector<float>(a[((i + 2) * k) + l]);
                    c20 = Vector.FusedMultiplyAdd(x, b0, c20);
                    c21 = Vector.FusedMultiplyAdd(x, b1, c21);
                    x = new Vector<float>(a[((i + 3) * k) + l]);
                    c30 = Vector.FusedMultiplyAdd(x, b0, c30);
                    c31 = Vector.FusedMultiplyAdd(x, b1, c31);
                }

                Store(c, (i * n) + j, c00, c01);
                Store(c, ((i + 1) * n) + j, c10, c11);
                Store(c, ((i + 2) * n) + j, c20, c21);
                Store(c, ((i + 3) * n) + j, c30, c31);
            }
        }
    }

    private static void Store(float[] c, int at, Vector<float> left, Vector<float> right)
    {
        left.CopyTo(c, at);
        right.CopyTo(c, at + Vector<float>.Count);
    }
}
