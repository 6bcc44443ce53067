namespace Tributary.Bench.Gemm;

/// <summary>The definition: an inner product for each element. b is read down its columns, a cache line for every element.</summary>
public sealed class Gemm1Naive : IGemmVariant
{
    public void Multiply(float[] a, float[] b, float[] c, int m, int n, int k)
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0f;
                for (var l = 0; l < k; l++)
                {
                    sum += a[(i * k) + l] * b[(l * n) + j];
                }

                c[(i * n) + j] = sum;
            }
        }
    }
}
