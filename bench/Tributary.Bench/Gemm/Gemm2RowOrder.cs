namespace Tributary.Bench.Gemm;

/// <summary>Loops exchanged, so that b and c are read along their rows.</summary>
public sealed class Gemm2RowOrder : IGemmVariant
{
    public void Multiply(float[] a, float[] b, float[] c, int m, int n, int k)
    {
        Array.Clear(c);
        for (var i = 0; i < m; i++)
        {
            for (var l = 0; l < k; l++)
            {
                var x = a[(i * k) + l];
                for (var j = 0; j < n; j++)
                {
                    c[(i * n) + j] += x * b[(l * n) + j];
                }
            }
        }
    }
}
