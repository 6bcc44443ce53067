using BenchmarkDotNet.Attributes;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;

namespace Tributary.Bench.Attention;

/// <summary>Causal attention of 12 heads of 64 columns over one sequence. The last two are the library's; 4 computes what the mask hides and is there for its time alone.</summary>
[InProcess]
[InvocationCount(1)]
[IterationCount(7)]
[WarmupCount(2)]
public class AttentionBenchmarks : IDisposable
{
    private const int Heads = 12, Width = 64, Columns = Heads * Width;
    private readonly DeviceBuffer[] buffers = new DeviceBuffer[9];
    private float[] q = [], k = [], v = [], y = [];
    private CpuBackend backend = null!;
    private Segment[] segments = [];

    [Params(128, 512)]
    public int Length { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        backend = new CpuBackend(Threads);
        segments = [new(0, Length, 0, Length)];
        (q, k, v, y) = (Values(1), Values(2), Values(3), new float[Length * Columns]);
        for (var i = 0; i < buffers.Length; i++)
        {
            buffers[i] = backend.Allocate(Length * Columns);
        }

        Upload(q, 0);
        Upload(k, 1);
        Upload(v, 2);
        Upload(q, 5);
        CheckVariants();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        Array.ForEach(buffers, buffer => buffer.Dispose());
        backend.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Naive1() => Each(new Attention1Naive());

    [Benchmark]
    public void Vectors2() => Each(new Attention2Vectors());

    [Benchmark]
    public void Causal3() => Each(new Attention3Causal());

    [Benchmark]
    public void BlocksOfAllKeys4() => Blocks(causal: false);

    [Benchmark(Baseline = true)]
    public void Blocks5() => Blocks(causal: true);

    [Benchmark]
    public void GradientBlocks5() =>
        backend.AttendGradient(Rows(0), Rows(1), Rows(2), Rows(3), LogSums, Rows(5), segments, Shape(true), Rows(6), Rows(7), Rows(8));

    private Matrix LogSums => buffers[4].AsMatrix(Length, Heads);

    private static AttentionShape Shape(bool causal) => new(Heads, Heads, Width, 1 / MathF.Sqrt(Width), causal);

    private Matrix Rows(int buffer) => buffers[buffer].AsMatrix(Length, Columns);

    private void Blocks(bool causal) => backend.Attend(Rows(0), Rows(1), Rows(2), segments, Shape(causal), Rows(3), LogSums);

    // The library reads heads side by side; the variants have one head at a time, as blocks of length × width.
    private void Each(IAttentionVariant variant)
    {
        for (var head = 0; head < Heads; head++)
        {
            var (at, count) = (head * Length * Width, Length * Width);
            variant.Attend(q.AsSpan(at, count), k.AsSpan(at, count), v.AsSpan(at, count), y.AsSpan(at, count), Length, Width);
        }
    }

    private void Upload(float[] heads, int buffer)
    {
        for (var head = 0; head < Heads; head++)
        {
            backend.Upload(heads.AsSpan(head * Length * Width, Length * Width), Rows(buffer).ColumnRange(head * Width, Width));
        }
    }

    // A fast variant that is wrong is no variant.
    private void CheckVariants()
    {
        Blocks5();
        var expected = new float[Length * Width];
        foreach (IAttentionVariant variant in new IAttentionVariant[] { new Attention1Naive(), new Attention2Vectors(), new Attention3Causal() })
        {
            Each(variant);
            for (var head = 0; head < Heads; head++)
            {
                backend.Read(Rows(3).ColumnRange(head * Width, Width), expected);
                if (y.Skip(head * Length * Width).Zip(expected).Any(pair => !(Math.Abs(pair.First - pair.Second) < 1e-4)))
                {
                    throw new InvalidOperationException($"{variant.GetType().Name} is wrong");
                }
            }
        }
    }

    private float[] Values(ulong tensor)
    {
        var values = new float[Length * Columns];
        new Philox(1).FillNormal(tensor, values);
        return values;
    }
}
