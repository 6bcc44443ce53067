using Tributary.Numerics.Cpu;
using Tributary.Numerics.OneDnn;
using Tributary.Numerics.Storage;
using Tributary.Numerics.Tests.OneDnn;

namespace Tributary.Numerics.Tests.Cpu.Products.Pairs;

public sealed class PairProductTests
{
    private const int Outputs = 465, Inputs = 420;

    [OneDnnFact]
    public void Both_products_have_the_bits_of_chains_joined_in_order()
    {
        const int Rows = 21;
        using var operands = new Operands(KernelSet.Avx512, threads: 2);
        float[] w = Operands.Values(Outputs * Inputs, 2), x = Operands.Values(Rows * Inputs, 1), dy = Operands.Values(Rows * Outputs, 3), bias = Operands.Values(Outputs, 4);
        var weight = operands.Frozen(w, Outputs, Inputs, false, StorageType.BF16);
        var y = operands.Matrix(new float[Rows * Outputs], Rows, Outputs);
        var dx = operands.Matrix(new float[Rows * Inputs], Rows, Inputs);
        operands.Backend.Multiply(operands.Matrix(x, Rows, Inputs), weight, operands.Matrix(bias, 1, Outputs), y);
        operands.Backend.MultiplyTransposed(operands.Matrix(dy, Rows, Outputs), weight, dx);
        operands.Backend.KernelSet.ShouldBe("cpu-avx512+onednn-bf16");
        operands.Read(y).ShouldBe(Chains(x, Rows, Inputs, Outputs, (input, output) => w[(output * Inputs) + input], bias));
        operands.Read(dx).ShouldBe(Chains(dy, Rows, Outputs, Inputs, (output, input) => w[(output * Inputs) + input], null));
    }

    // Above 128 rows for each thread the rows are cut, below it the panels; above 512 rows there are several blocks.
    [OneDnnTheory]
    [InlineData(127)]
    [InlineData(301)]
    [InlineData(1200)]
    public void Bits_depend_neither_on_threads_nor_on_how_many_rows_there_are(int rows)
    {
        using var one = new Operands(KernelSet.Avx512, threads: 1);
        using var two = new Operands(KernelSet.Avx512, threads: 2);
        using var five = new Operands(KernelSet.Avx512, threads: 5);
        var whole = Products(one, 0, rows);
        foreach (var operands in new[] { two, five })
        {
            var other = Products(operands, 0, rows);
            other.Forward.AsSpan().SequenceEqual(whole.Forward).ShouldBeTrue();
            other.Back.AsSpan().SequenceEqual(whole.Back).ShouldBeTrue();
        }

        foreach (var (start, count) in new[] { (0, 1), (7, 3), (rows / 2, rows - (rows / 2)), (rows - 17, 17) })
        {
            var part = Products(two, start, count);
            part.Forward.AsSpan().SequenceEqual(whole.Forward.AsSpan(start * Outputs, count * Outputs)).ShouldBeTrue();
            part.Back.AsSpan().SequenceEqual(whole.Back.AsSpan(start * Inputs, count * Inputs)).ShouldBeTrue();
        }

        (float[] Forward, float[] Back) Products(Operands operands, int start, int count)
        {
            var weight = operands.Frozen(Operands.Values(Outputs * Inputs, 2), Outputs, Inputs, true, StorageType.BF16);
            var x = operands.Matrix(Operands.Values(rows * Inputs, 1), rows, Inputs).RowRange(start, count);
            var y = operands.Matrix(new float[count * Outputs], count, Outputs);
            var dy = operands.Matrix(Operands.Values(rows * Outputs, 3), rows, Outputs).RowRange(start, count);
            var dx = operands.Matrix(new float[count * Inputs], count, Inputs);
            operands.Backend.Multiply(x, weight, default, y);
            operands.Backend.MultiplyTransposed(dy, weight, dx);
            return (operands.Read(y), operands.Read(dx));
        }
    }

    [OneDnnFact]
    public void A_call_allocates_nothing_once_it_has_run()
    {
        using var operands = new Operands(KernelSet.Avx512);
        var weight = operands.Frozen(Operands.Values(96 * 64, 2), 96, 64, false, StorageType.BF16);
        var x = operands.Matrix(Operands.Values(40 * 64, 1), 40, 64);
        var y = operands.Matrix(new float[40 * 96], 40, 96);
        Both();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Both();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Both()
        {
            operands.Backend.Multiply(x, weight, default, y);
            operands.Backend.MultiplyTransposed(y, weight, x);
        }
    }

    [Theory]
    [InlineData(StorageType.F32)]
    [InlineData(StorageType.Int8)]
    public void Other_storage_does_not_ask_for_the_library(StorageType storage)
    {
        using var operands = new Operands(KernelSets.Best);
        operands.Frozen(new float[64 * 64], 64, 64, false, storage);
        operands.Backend.KernelSet.ShouldBe(KernelSets.Name(KernelSets.Best));
    }

    /// <summary>The definition: left and right rounded to bfloat16; for each block of k one chain, the odd of each two first; blocks joined in order, the bias with the first.</summary>
    private static float[] Chains(float[] left, int rows, int depth, int columns, Func<int, int, float> right, float[]? bias)
    {
        var result = new float[rows * columns];
        for (var i = 0; i < result.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            for (var k0 = 0; k0 < depth; k0 += PairTiles.LargestDepth)
            {
                var sum = 0f;
                var end = Math.Min(k0 + PairTiles.LargestDepth, depth);
                for (var k = k0; k < end; k += 2)
                {
                    sum = k + 1 < end ? Add(row, column, k + 1, sum) : sum;
                    sum = Add(row, column, k, sum);
                }

                result[i] = k0 == 0 ? (bias is null ? sum : sum + bias[column]) : sum + result[i];
            }
        }

        return result;

        float Add(int row, int column, int k, float sum) =>
            MathF.FusedMultiplyAdd(BFloat16.Round(left[(row * depth) + k]), BFloat16.Round(right(k, column)), sum);
    }
}
