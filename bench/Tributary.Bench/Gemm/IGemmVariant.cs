namespace Tributary.Bench.Gemm;

/// <summary>One way to compute c = a · b for row-major [m, k] by [k, n], from naive to fast. The number is the order of reading.</summary>
public interface IGemmVariant
{
    /// <summary>Overwrites c.</summary>
    void Multiply(float[] a, float[] b, float[] c, int m, int n, int k);
}
