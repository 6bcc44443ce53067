namespace Tributary.Numerics.Tests.Cpu.Products;

/// <summary>The naive twin in double, over host arrays, with a bound on the rounding error of single precision.</summary>
internal static class Naive
{
    /// <summary>Values and, for each, the sum of absolute products: the scale of its rounding error.</summary>
    public static (double[] Value, double[] Scale) Gemm(
        float[] a, bool transposeA, float[] b, bool transposeB, float[] c, int rows, int columns, int depth, float alpha, float beta)
    {
        var value = new double[rows * columns];
        var scale = new double[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                double sum = 0, size = 0;
                for (var k = 0; k < depth; k++)
                {
                    var product = (double)a[transposeA ? (k * rows) + i : (i * depth) + k] * b[transposeB ? (j * depth) + k : (k * columns) + j];
                    sum += product;
                    size += Math.Abs(product);
                }

                var old = beta == 0 ? 0 : (double)beta * c[(i * columns) + j];
                value[(i * columns) + j] = (alpha * sum) + old;
                scale[(i * columns) + j] = (Math.Abs(alpha) * size) + Math.Abs(old);
            }
        }

        return (value, scale);
    }

    /// <summary>Every actual value lies within the rounding error of a sum of <paramref name="depth"/> products.</summary>
    public static void ShouldHold(float[] actual, (double[] Value, double[] Scale) expected, int depth, string context)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            var bound = expected.Scale[i] * 6e-8 * (2 + Math.Sqrt(depth)) * 2;
            var error = Math.Abs(actual[i] - expected.Value[i]);
            (error <= bound + 1e-30).ShouldBeTrue($"{context}: element {i} is {actual[i]}, expected {expected.Value[i]} ± {bound}");
        }
    }
}
