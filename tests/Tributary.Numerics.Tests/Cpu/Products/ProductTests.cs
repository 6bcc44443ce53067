using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;
using Tributary.Numerics.Reference;

namespace Tributary.Numerics.Tests.Cpu.Products;

/// <summary>Products of every kernel set against the naive product in double, over shapes with edges on every side.</summary>
public class ProductTests
{
    public static TheoryData<KernelSet> Sets => [.. new[] { KernelSet.Avx512, KernelSet.Avx2, KernelSet.Portable }.Where(s => s <= KernelSets.Best)];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Dense_products_agree_in_every_orientation(KernelSet set)
    {
        using var backend = new CpuBackend(2, set);
        foreach (var (m, n, k) in Shapes())
        {
            foreach (var (ta, tb) in new[] { (false, false), (false, true), (true, false), (true, true) })
            {
                using var one = new Pair(backend, ta ? k : m, ta ? m : k, 1, pad: 3);
                using var two = new Pair(backend, tb ? n : k, tb ? k : n, 2, pad: 0);
                using var three = new Pair(backend, m, n, 3, pad: 5);
                backend.Gemm(one.Fast, ta, two.Fast, tb, three.Fast, 0.5f, 0.25f);
                three.Reference.Gemm(one.Naive(three), ta, two.Naive(three), tb, three.Slow, 0.5f, 0.25f);
                three.ShouldAgree($"{m}×{n}×{k} {ta} {tb}", k);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Frozen_products_agree_both_ways_and_in_both_storages(KernelSet set)
    {
        using var backend = new CpuBackend(2, set);
        foreach (var (m, n, k) in Shapes())
        {
            foreach (var (turned, storage) in new[] { (false, StorageType.F32), (true, StorageType.F32), (false, StorageType.BF16) })
            {
                var weights = Values(n * k, 7);
                using var frozen = backend.Freeze(weights, n, k, turned, storage);
                using var x = new Pair(backend, m, k, 1, pad: 2);
                using var bias = new Pair(backend, 1, n, 4, pad: 0);
                using var y = new Pair(backend, m, n, 3, pad: 1);
                using var slow = y.Reference.Freeze(weights, n, k, turned, storage);
                backend.Multiply(x.Fast, frozen, bias.Fast, y.Fast, 0.5f);
                y.Reference.Multiply(x.Naive(y), slow, bias.Naive(y), y.Slow, 0.5f);
                y.ShouldAgree($"{m}×{n}×{k} {turned} {storage}", k);
                backend.MultiplyTransposed(y.Fast, frozen, x.Fast, 0);
                y.Reference.MultiplyTransposed(y.Slow, slow, x.Naive(y), 0);
                x.ShouldAgree($"turned {m}×{n}×{k} {turned} {storage}", n);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Bits_depend_neither_on_threads_nor_on_how_rows_are_batched(KernelSet set)
    {
        const int Rows = 77, Outputs = 130, Inputs = 901;
        var (x, w) = (Values(Rows * Inputs, 1), Values(Outputs * Inputs, 2));
        float[]? first = null;
        foreach (var (threads, batch) in new[] { (1, Rows), (2, Rows), (2, 1), (2, 13) })
        {
            using var backend = new CpuBackend(threads, set);
            using var frozen = backend.Freeze(w, Outputs, Inputs, false, StorageType.F32);
            var (xm, ym) = (backend.Allocate(x.Length).AsMatrix(Rows, Inputs), backend.Allocate(Rows * Outputs).AsMatrix(Rows, Outputs));
            backend.Upload(x, xm);
            for (var r = 0; r < Rows; r += batch)
            {
                var count = Math.Min(batch, Rows - r);
                backend.Multiply(xm.RowRange(r, count), frozen, default, ym.RowRange(r, count));
            }

            var host = new float[Rows * Outputs];
            backend.Read(ym, host);
            (first ??= host).ShouldBe(host);
            xm.Buffer.Dispose();
            ym.Buffer.Dispose();
        }
    }

    [Fact]
    public void Embedding_rows_are_read_from_the_packed_weight()
    {
        using var backend = new CpuBackend(1);
        var weights = Values(101 * 33, 3);
        using var frozen = backend.Freeze(weights, 101, 33, false, StorageType.F32);
        using var buffer = backend.Allocate(3 * 33);
        backend.Gather(frozen, [100, 0, 57], buffer.AsMatrix(3, 33));
        var rows = new float[3 * 33];
        backend.Read(buffer.AsMatrix(3, 33), rows);
        rows.ShouldBe([.. weights[(100 * 33)..(101 * 33)], .. weights[..33], .. weights[(57 * 33)..(58 * 33)]]);
    }

    private static IEnumerable<(int M, int N, int K)> Shapes() =>
        [(1, 1, 1), (1, 50, 7), (7, 8, 9), (8, 48, 16), (9, 49, 17), (33, 100, 800), (130, 16, 64), (3, 200, 1601), (64, 64, 64), (65, 31, 770)];

    private static float[] Values(int count, ulong tensor)
    {
        var values = new float[count];
        new Philox(9).FillNormal(tensor, values);
        return values;
    }

    /// <summary>The same matrix on the fast backend, inside a wider buffer, and on the naive one.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly CpuBackend backend;
        private readonly float[] values;
        private Matrix naive;

        public Pair(CpuBackend backend, int rows, int columns, ulong tensor, int pad)
        {
            this.backend = backend;
            values = Values(rows * columns, tensor);
            Fast = new Matrix(backend.Allocate(((long)rows * (columns + pad)) + 1), 1, rows, columns, columns + pad);
            backend.Upload(values, Fast);
            Slow = Naive(this);
        }

        public ReferenceBackend<double> Reference { get; } = new();

        public Matrix Fast { get; }

        public Matrix Slow { get; }

        public Matrix Naive(Pair owner)
        {
            naive = owner.Reference.Allocate(values.Length).AsMatrix(Fast.Rows, Fast.Columns);
            owner.Reference.Upload(values, naive);
            return naive;
        }

        public void ShouldAgree(string what, int inner)
        {
            var (fast, slow) = (new float[values.Length], new float[values.Length]);
            backend.Read(Fast, fast);
            Reference.Read(naive, slow);
            var largest = Math.Max(1, slow.Max(Math.Abs));
            fast.Zip(slow).Max(p => Math.Abs(p.First - p.Second)).ShouldBeLessThan(1e-6f * largest * MathF.Sqrt(inner + 10), what);
        }

        public void Dispose()
        {
            Fast.Buffer.Dispose();
            Reference.Dispose();
        }
    }
}
