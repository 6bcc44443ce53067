using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Benchmarks;

/// <summary>
/// GFLOP/s of causal attention over a batch of sequences of one length, and of multiply-adds that touch registers only: the ceiling. What counts is the work that the
/// definition needs: for each query and each key that it sees two products over the head's width forward and five backward; what a kernel does besides counts as time.
/// </summary>
public sealed record AttentionBenchmarkResult(int Batch, int Length, int Heads, int Width, int Threads, string KernelSet, Rate Ceiling, Rate Forward, Rate Gradient);

/// <summary>Measures causal attention on this machine.</summary>
public static class AttentionBenchmark
{
    private const int ForwardProducts = 2, GradientProducts = 5;
    private const long LargestOperand = 1L << 31;

    /// <summary>Runs with the given threads (0: all cores) and kernels (the best there are).</summary>
    /// <exception cref="InputException">A size is not positive or an operand is too large.</exception>
    public static AttentionBenchmarkResult Run(int batch, int length, int heads, int width, int threads, TimeProvider time, KernelSet? kernels = null)
    {
        if (batch < 1 || length < 1 || heads < 1 || width < 1 || threads < 0 || (double)batch * length * heads * width >= LargestOperand)
        {
            throw new InputException($"attention over {batch} × {length} rows of {heads} × {width} columns on {threads} threads cannot be measured; sizes are positive and operands below 2^31 elements");
        }

        using var backend = new CpuBackend(threads, kernels);
        var (rows, columns) = (batch * length, heads * width);
        var buffers = Enumerable.Range(0, 8).Select(i => Filled(backend, rows * columns, (ulong)i)).ToArray();
        var m = Array.ConvertAll(buffers, b => b.AsMatrix(rows, columns));
        using var sums = backend.Allocate(rows * heads);
        var logSums = sums.AsMatrix(rows, heads);
        var segments = Enumerable.Range(0, batch).Select(b => new Segment(b * length, length, b * length, length)).ToArray();
        var shape = new AttentionShape(heads, heads, width, 1 / MathF.Sqrt(width), true);
        var product = 2.0 * width * heads * batch * length * (length + 1) / 2;
        var result = new AttentionBenchmarkResult(
            batch,
            length,
            heads,
            width,
            backend.Threads,
            backend.KernelSet,
            MultiplyAddCeiling.Run(backend.Threads, kernels ?? KernelSets.Best, time),
            Repetition.Measure(time, ForwardProducts * product, () => backend.Attend(m[0], m[1], m[2], segments, shape, m[3], logSums)),
            Repetition.Measure(time, GradientProducts * product, () => backend.AttendGradient(m[0], m[1], m[2], m[3], logSums, m[4], segments, shape, m[5], m[6], m[7])));
        Array.ForEach(buffers, b => b.Dispose());
        return result;
    }

    private static DeviceBuffer Filled(CpuBackend backend, int count, ulong tensor)
    {
        var values = new float[count];
        new Philox(1).FillUniform(tensor, values);
        var buffer = backend.Allocate(count);
        backend.Upload(values, buffer.AsMatrix(1, count));
        return buffer;
    }
}
