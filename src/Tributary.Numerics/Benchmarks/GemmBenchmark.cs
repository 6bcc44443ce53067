using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Benchmarks;

/// <summary>
/// GFLOP/s of the products of [m, k] by [k, n], and of multiply-adds that touch registers only: the ceiling. Gemm has b row-major; Multiply and
/// MultiplyTransposed use a frozen weight of n outputs and k inputs, kept in the storage that BaseDtype names.
/// </summary>
public sealed record GemmBenchmarkResult(
    int M, int N, int K, int Threads, string BaseDtype, string KernelSet, Rate Ceiling, Rate Gemm, Rate Multiply, Rate MultiplyTransposed);

/// <summary>Measures matrix products on this machine.</summary>
public static class GemmBenchmark
{
    private const long LargestOperand = 1L << 31;

    /// <summary>Runs with the given threads (0: all cores), storage of the frozen weight and kernels (the best there are).</summary>
    /// <exception cref="InputException">A size is not positive or an operand is too large.</exception>
    public static GemmBenchmarkResult Run(int m, int n, int k, int threads, TimeProvider time, StorageType storage = StorageType.F32, KernelSet? kernels = null)
    {
        if (m < 1 || n < 1 || k < 1 || threads < 0 || Math.Max((long)m * n, Math.Max((long)m * k, (long)n * k)) >= LargestOperand)
        {
            throw new InputException($"a product of {m}×{k} by {k}×{n} on {threads} threads cannot be measured; sizes are positive and operands below 2^31 elements");
        }

        using var backend = new CpuBackend(threads, kernels);
        using var weight = backend.Freeze(Values(n * k, 1), n, k, false, storage);
        using var a = Filled(backend, m * k, 2);
        using var b = Filled(backend, k * n, 3);
        using var c = Filled(backend, m * n, 4);
        var (x, w, y) = (a.AsMatrix(m, k), b.AsMatrix(k, n), c.AsMatrix(m, n));
        var work = 2.0 * m * n * k;
        return new(
            m,
            n,
            k,
            backend.Threads,
            StorageTypes.Name(storage),
            backend.KernelSet,
            MultiplyAddCeiling.Run(backend.Threads, kernels ?? KernelSets.Best, time),
            Repetition.Measure(time, work, () => backend.Gemm(x, false, w, false, y)),
            Repetition.Measure(time, work, () => backend.Multiply(x, weight, default, y)),
            Repetition.Measure(time, work, () => backend.MultiplyTransposed(y, weight, x)));
    }

    private static DeviceBuffer Filled(CpuBackend backend, int count, ulong tensor)
    {
        var buffer = backend.Allocate(count);
        backend.Upload(Values(count, tensor), buffer.AsMatrix(1, count));
        return buffer;
    }

    private static float[] Values(int count, ulong tensor)
    {
        var values = new float[count];
        new Philox(1).FillUniform(tensor, values);
        return values;
    }
}
