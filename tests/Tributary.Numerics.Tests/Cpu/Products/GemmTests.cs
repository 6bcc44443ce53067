using FsCheck;
using FsCheck.Fluent;
using Tributary.Numerics.Cpu;

namespace Tributary.Numerics.Tests.Cpu.Products;

public sealed class GemmTests
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33, 47, 48, 49, 64, 97, 130];

    [Fact]
    public void Every_leg_agrees_with_the_naive_product_in_double()
    {
        var cases =
            from rows in Gen.Elements(Sizes)
            from columns in Gen.Elements(Sizes)
            from depth in Gen.Elements([.. Sizes, 0, 767, 768, 769, 1540])
            from transposes in Gen.Choose(0, 3)
            from alpha in Gen.Elements(1f, -0.5f)
            from beta in Gen.Elements(0f, 1f, 0.25f)
            select (rows, columns, depth, transposes, alpha, beta);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            foreach (var leg in Operands.Legs)
            {
                Check(leg, c.rows, c.columns, c.depth, (c.transposes & 1) != 0, (c.transposes & 2) != 0, c.alpha, c.beta);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Large_products_agree_too(bool transposeA, bool transposeB)
    {
        foreach (var leg in Operands.Legs)
        {
            Check(leg, 301, 211, 801, transposeA, transposeB, 1, 0);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Bits_do_not_depend_on_the_number_of_threads(bool transposeA, bool transposeB)
    {
        foreach (var leg in Operands.Legs)
        {
            var one = Product(leg, 1, 133, 201, 900, transposeA, transposeB);
            Product(leg, 2, 133, 201, 900, transposeA, transposeB).ShouldBe(one);
            Product(leg, 5, 133, 201, 900, transposeA, transposeB).ShouldBe(one);
        }
    }

    [Fact]
    public void Many_blocks_of_k_are_joined_in_order_by_any_number_of_threads()
    {
        foreach (var leg in Operands.Legs)
        {
            var one = Product(leg, 1, 50, 100, 5000, false, true);
            for (var repeat = 0; repeat < 20; repeat++)
            {
                Product(leg, 2 + (repeat % 4), 50, 100, 5000, false, true).ShouldBe(one);
            }
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_row_has_the_same_bits_alone_as_among_others(bool transposeA, bool transposeB)
    {
        const int Rows = 77, Columns = 53, Depth = 800;
        foreach (var leg in Operands.Legs)
        {
            using var operands = new Operands(leg);
            var a = operands.Matrix(Operands.Values(Rows * Depth, 1), transposeA ? Depth : Rows, transposeA ? Rows : Depth);
            var b = operands.Matrix(Operands.Values(Columns * Depth, 2), transposeB ? Columns : Depth, transposeB ? Depth : Columns);
            var c = operands.Matrix(new float[Rows * Columns], Rows, Columns);
            operands.Backend.Gemm(a, transposeA, b, transposeB, c, 0.5f);
            var whole = operands.Read(c);
            foreach (var (start, count) in new[] { (0, 1), (1, 2), (3, 4), (7, 13), (20, 57) })
            {
                var part = transposeA ? a.ColumnRange(start, count) : a.RowRange(start, count);
                operands.Backend.Gemm(part, transposeA, b, transposeB, c.RowRange(start, count), 0.5f);
                operands.Read(c).ShouldBe(whole, $"{leg} rows {start}..{start + count}");
            }
        }
    }

    [Fact]
    public void Beta_zero_does_not_read_the_result_and_NaN_in_an_operand_reaches_its_row_alone()
    {
        foreach (var leg in Operands.Legs)
        {
            using var operands = new Operands(leg);
            var left = Operands.Values(9 * 20, 1);
            left[(4 * 20) + 11] = float.NaN;
            var a = operands.Matrix(left, 9, 20);
            var b = operands.Matrix(new float[20 * 50], 20, 50);
            var c = operands.Matrix([.. Enumerable.Repeat(float.NaN, 9 * 50)], 9, 50);
            operands.Backend.Gemm(a, false, b, false, c);
            operands.Read(c).Select((value, i) => float.IsNaN(value) == (i / 50 == 4)).ShouldAllBe(held => held);
        }
    }

    [Fact]
    public void Nothing_is_written_outside_the_window()
    {
        foreach (var leg in Operands.Legs)
        {
            using var operands = new Operands(leg);
            var a = operands.Matrix(Operands.Values(13 * 9, 1), 13, 9);
            var b = operands.Matrix(Operands.Values(9 * 51, 2), 9, 51);
            var c = operands.Matrix(new float[13 * 51], 13, 51);
            operands.Backend.Upload([.. Enumerable.Repeat(7f, (int)c.Buffer.Length)], c.Buffer.AsMatrix(1, (int)c.Buffer.Length));
            operands.Backend.Gemm(a, false, b, false, c);
            operands.ReadAll(c).Select((value, i) => (value, Gap: i < 5 || (i - 5) % 54 >= 51)).Where(x => x.Gap).ShouldAllBe(x => x.value == 7);
        }
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        using var operands = new Operands(KernelSets.Best);
        var a = operands.Matrix(Operands.Values(64 * 64, 1), 64, 64);
        var c = operands.Matrix(new float[64 * 64], 64, 64);
        operands.Backend.Gemm(a, false, a, true, c);
        var before = GC.GetAllocatedBytesForCurrentThread();
        operands.Backend.Gemm(a, false, a, true, c);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Check(KernelSet leg, int rows, int columns, int depth, bool transposeA, bool transposeB, float alpha, float beta)
    {
        using var operands = new Operands(leg);
        float[] left = Operands.Values(rows * depth, 1), right = Operands.Values(columns * depth, 2), old = Operands.Values(rows * columns, 3);
        var a = operands.Matrix(left, transposeA ? depth : rows, transposeA ? rows : depth);
        var b = operands.Matrix(right, transposeB ? columns : depth, transposeB ? depth : columns);
        var c = operands.Matrix(old, rows, columns);
        operands.Backend.Gemm(a, transposeA, b, transposeB, c, alpha, beta);
        var expected = Naive.Gemm(left, transposeA, right, transposeB, old, rows, columns, depth, alpha, beta);
        Naive.ShouldHold(operands.Read(c), expected, depth, $"{leg} {rows}×{columns}×{depth} {transposeA} {transposeB}");
    }

    private static float[] Product(KernelSet leg, int threads, int rows, int columns, int depth, bool transposeA, bool transposeB)
    {
        using var operands = new Operands(leg, threads);
        var a = operands.Matrix(Operands.Values(rows * depth, 1), transposeA ? depth : rows, transposeA ? rows : depth);
        var b = operands.Matrix(Operands.Values(columns * depth, 2), transposeB ? columns : depth, transposeB ? depth : columns);
        var c = operands.Matrix(new float[rows * columns], rows, columns);
        operands.Backend.Gemm(a, transposeA, b, transposeB, c);
        return operands.Read(c);
    }
}
