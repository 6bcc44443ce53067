using BenchmarkDotNet.Attributes;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;

namespace Tributary.Bench.Gemm;

/// <summary>512 × 3072 × 768, the widest product of a GPT-2 block at 512 token rows: 2.4 GFLOP for each call. The last two are the library's.</summary>
[InProcess]
[InvocationCount(1)]
[IterationCount(5)]
[WarmupCount(2)]
public class GemmBenchmarks : IDisposable
{
    private const int M = 512, N = 3072, K = 768;
    private readonly float[] a = Values(M * K, 1), b = Values(K * N, 2), c = new float[M * N];
    private CpuBackend backend = null!;
    private FrozenMatrix weight = null!;
    private DeviceBuffer left = null!, right = null!, result = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        backend = new CpuBackend(Threads);
        weight = backend.Freeze(b, N, K, true, StorageType.F32);
        (left, right, result) = (backend.Allocate(a.Length), backend.Allocate(b.Length), backend.Allocate(c.Length));
        backend.Upload(a, left.AsMatrix(M, K));
        backend.Upload(b, right.AsMatrix(K, N));
        CheckVariants();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        weight.Dispose();
        left.Dispose();
        right.Dispose();
        result.Dispose();
        backend.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Naive1() => new Gemm1Naive().Multiply(a, b, c, M, N, K);

    [Benchmark]
    public void RowOrder2() => new Gemm2RowOrder().Multiply(a, b, c, M, N, K);

    [Benchmark]
    public void Vectors3() => new Gemm3Vectors().Multiply(a, b, c, M, N, K);

    [Benchmark]
    public void RegisterTile4() => new Gemm4RegisterTile().Multiply(a, b, c, M, N, K);

    [Benchmark]
    public void Packed5() => new Gemm5Packed().Multiply(a, b, c, M, N, K);

    [Benchmark]
    public void WideTile6() => new Gemm6WideTile().Multiply(a, b, c, M, N, K);

    [Benchmark]
    public void Blocks7() => backend.Gemm(left.AsMatrix(M, K), false, right.AsMatrix(K, N), false, result.AsMatrix(M, N));

    [Benchmark(Baseline = true)]
    public void Frozen8() => backend.Multiply(left.AsMatrix(M, K), weight, default, result.AsMatrix(M, N));

    // A fast variant that is wrong is no variant.
    private void CheckVariants()
    {
        Frozen8();
        var expected = new float[c.Length];
        backend.Read(result.AsMatrix(M, N), expected);
        foreach (IGemmVariant variant in new IGemmVariant[] { new Gemm1Naive(), new Gemm2RowOrder(), new Gemm3Vectors(), new Gemm4RegisterTile(), new Gemm5Packed(), new Gemm6WideTile() })
        {
            variant.Multiply(a, b, c, M, N, K);
            if (c.Zip(expected).Any(pair => !(Math.Abs(pair.First - pair.Second) < 1e-3)))
            {
                throw new InvalidOperationException($"{variant.GetType().Name} is wrong");
            }
        }
    }

    private static float[] Values(int count, ulong tensor)
    {
        var values = new float[count];
        new Philox(1).FillNormal(tensor, values);
        return values;
    }
}
