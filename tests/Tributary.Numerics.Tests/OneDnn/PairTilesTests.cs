using Tributary.Numerics.OneDnn;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Tests.OneDnn;

public sealed unsafe class PairTilesTests
{
    [OneDnnTheory]
    [InlineData(16, 32)]
    [InlineData(32, 384)]
    [InlineData(48, 352)]
    [InlineData(64, 64)]
    [InlineData(64, 384)]
    public void An_element_has_the_bits_of_one_chain_whatever_the_rows_beside_it(int columns, int depth)
    {
        const int Most = PairTiles.LargestRows;
        ushort[] a = Values(Most * depth, 1), b = Values(depth * columns, 2);
        var expected = new float[Most * columns];
        for (var i = 0; i < expected.Length; i++)
        {
            expected[i] = PairTrial.Chain(a, b, i / columns, i % columns, columns, depth);
        }

        foreach (var rows in Enumerable.Range(1, Most).Select(PairTiles.RowsFor).Distinct())
        {
            Run(rows, columns, depth, a, b).ShouldBe(expected.AsSpan(0, rows * columns).ToArray(), $"{rows} rows");
        }
    }

    [OneDnnFact]
    public void Many_threads_run_one_tile_at_once()
    {
        ushort[] a = Values(32 * 384, 3), b = Values(384 * 64, 4);
        var expected = Run(32, 64, 384, a, b);
        var results = new float[64][];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => results[i] = Run(32, 64, 384, a, b));
        results.ShouldAllBe(result => result.SequenceEqual(expected));
    }

    [OneDnnFact]
    public void A_number_that_is_not_finite_reaches_its_row_alone()
    {
        ushort[] a = Values(8 * 64, 5), b = Values(64 * 16, 6);
        a[(3 * 64) + 7] = BFloat16.FromSingle(float.NaN);
        a[(5 * 64) + 1] = BFloat16.FromSingle(float.PositiveInfinity);
        Run(8, 16, 64, a, b).Select((sum, i) => float.IsFinite(sum) == (i / 16 is not (3 or 5))).ShouldAllBe(held => held);
    }

    [OneDnnFact]
    public void A_size_without_a_layout_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Run(1, 17, 32, new ushort[32], new ushort[32 * 17]));

    [Fact]
    public void Rows_are_cut_into_tiles_of_few_heights()
    {
        Enumerable.Range(1, 5000).Select(PairTiles.RowsFor).Distinct().Count().ShouldBeLessThan(25);
        foreach (var rows in Enumerable.Range(1, 1000))
        {
            PairTiles.RowsFor(rows).ShouldBeInRange((Math.Min(rows, PairTiles.LargestRows) + 1) / 2, Math.Min(rows, PairTiles.LargestRows));
        }
    }

    private static float[] Run(int rows, int columns, int depth, ushort[] a, ushort[] b)
    {
        var sums = new float[rows * columns];
        fixed (ushort* left = a, right = b)
        fixed (float* result = sums)
        {
            PairTiles.Shared!.Run(rows, columns, depth, left, right, result);
        }

        return sums;
    }

    private static ushort[] Values(int count, int seed) => Array.ConvertAll(Cpu.Products.Operands.Values(count, seed), BFloat16.FromSingle);
}
