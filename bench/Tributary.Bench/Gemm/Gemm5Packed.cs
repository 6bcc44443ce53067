using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tributary.Bench.Gemm;

/// <summary>The same tile over panels: two vectors' columns of b are copied next to each other once and then read from front to back by every tile of rows.</summary>
public sealed class Gemm5Packed : IGemmVariant
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(float[] a, float[] b, float[] c, int m, int n, int k)
    {
        var width = Vector<float>.Count;
        var panel = new float[k * 2 * width];
        for (var j = 0; j < n; j += 2 * width)
        {
            for (var l = 0; l < k; l++)
            {
                b.AsSpan((l * n) + j, 2 * width).CopyTo(panel.AsSpan(l * 2 * width));
            }

            for (var i = 0; i < m; i += 4)
            {
                Vector<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
                for (var l = 0; l < k; l++)
                {
                    var b0 = new Vector<float>(panel, l * 2 * width);
                    var b1 = new Vector<float>(panel, (l * 2 * width) + width);
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
