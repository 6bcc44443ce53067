using FsCheck;
using FsCheck.Fluent;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Tests.Cpu.Products;

public sealed class FrozenTests
{
    public static TheoryData<StorageType> Storages => [.. Enum.GetValues<StorageType>()];

    private static readonly int[] Sizes = [1, 2, 4, 7, 8, 15, 16, 17, 32, 47, 48, 49, 95, 100, 193];

    [Fact]
    public void Both_products_of_a_frozen_weight_agree_with_the_naive_product()
    {
        var cases =
            from rows in Gen.Elements(1, 2, 3, 6, 8, 9, 20, 65, 130)
            from outputs in Gen.Elements([.. Sizes, 800])
            from inputs in Gen.Elements([.. Sizes, 63, 64, 65, 769, 850])
            from transposed in Gen.Elements(false, true)
            from storage in Gen.Elements(Enum.GetValues<StorageType>())
            from beta in Gen.Elements(0f, 1f, -0.5f)
            from bias in Gen.Elements(false, true)
            select (rows, outputs, inputs, transposed, storage, beta, bias);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            foreach (var leg in Operands.Legs)
            {
                Check(leg, c.rows, c.outputs, c.inputs, c.transposed, c.storage, c.beta, c.bias);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void Bits_depend_neither_on_threads_nor_on_the_other_rows(StorageType storage)
    {
        const int Rows = 70, Outputs = 900, Inputs = 800;
        foreach (var leg in Operands.Legs)
        {
            using var one = new Operands(leg);
            using var three = new Operands(leg, threads: 3);
            var whole = Products(one, 0, Rows, storage);
            var threaded = Products(three, 0, Rows, storage);
            threaded.Forward.ShouldBe(whole.Forward);
            threaded.Back.ShouldBe(whole.Back);
            foreach (var (start, count) in new[] { (0, 1), (5, 2), (9, 8), (30, 40) })
            {
                var part = Products(three, start, count, storage);
                part.Forward.ShouldBe(whole.Forward.AsSpan(start * Outputs, count * Outputs).ToArray());
                part.Back.ShouldBe(whole.Back.AsSpan(start * Inputs, count * Inputs).ToArray());
            }
        }

        static (float[] Forward, float[] Back) Products(Operands operands, int start, int count, StorageType storage)
        {
            var weight = operands.Frozen(Operands.Values(Outputs * Inputs, 2), Outputs, Inputs, false, storage);
            var x = operands.Matrix(Operands.Values(Rows * Inputs, 1), Rows, Inputs).RowRange(start, count);
            var y = operands.Matrix(new float[count * Outputs], count, Outputs);
            var dy = operands.Matrix(Operands.Values(Rows * Outputs, 3), Rows, Outputs).RowRange(start, count);
            var dx = operands.Matrix(new float[count * Inputs], count, Inputs);
            operands.Backend.Multiply(x, weight, default, y);
            operands.Backend.MultiplyTransposed(dy, weight, dx);
            return (operands.Read(y), operands.Read(dx));
        }
    }

    [Fact]
    public void A_frozen_product_has_the_bits_of_the_plain_one()
    {
        foreach (var leg in Operands.Legs)
        {
            using var operands = new Operands(leg);
            var values = Operands.Values(100 * 800, 2);
            var weight = operands.Frozen(values, 100, 800, false, StorageType.F32);
            var x = operands.Matrix(Operands.Values(10 * 800, 1), 10, 800);
            var frozen = operands.Matrix(new float[10 * 100], 10, 100);
            var plain = operands.Matrix(new float[10 * 100], 10, 100);
            operands.Backend.Multiply(x, weight, default, frozen);
            operands.Backend.Gemm(x, false, operands.Matrix(values, 100, 800), true, plain);
            operands.Read(frozen).ShouldBe(operands.Read(plain));
        }
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void Gather_reads_rows_from_the_packed_layout(StorageType storage)
    {
        const int Inputs = 201;
        foreach (var leg in Operands.Legs)
        {
            using var operands = new Operands(leg);
            var values = Operands.Values(101 * Inputs, 2);
            var weight = operands.Frozen(values, 101, Inputs, false, storage);
            var stored = Stored(values, 101, Inputs, false, storage);
            var y = operands.Matrix([.. Enumerable.Repeat(1f, 4 * Inputs)], 4, Inputs);
            operands.Backend.Gather(weight, [100, 0, 48, 100], y, beta: 2);
            var expected = new[] { 100, 0, 48, 100 }.SelectMany(id => stored.AsSpan(id * Inputs, Inputs).ToArray()).Select(v => v + 2);
            operands.Read(y).ShouldBe(expected);
        }
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void One_copy_is_held_of_the_size_that_the_storage_names(StorageType storage)
    {
        foreach (var leg in Operands.Legs)
        {
            using var operands = new Operands(leg);
            operands.Frozen(new float[96 * 128], 96, 128, false, storage).Bytes.ShouldBe(StorageTypes.Bytes(storage, 96, 128));
        }
    }

    [Theory]
    [InlineData(StorageType.Int8)]
    [InlineData(StorageType.Nf4)]
    public void A_block_of_zeros_stays_zero_and_one_that_is_not_finite_does_not_become_finite(StorageType storage)
    {
        const int Inputs = 192;
        var values = Operands.Values(3 * Inputs, 5);
        values.AsSpan(0, 64).Clear();
        values[Inputs + 70] = float.NaN;
        values[(2 * Inputs) + 130] = float.NegativeInfinity;
        foreach (var leg in Operands.Legs)
        {
            using var operands = new Operands(leg);
            var y = operands.Matrix(new float[3 * Inputs], 3, Inputs);
            operands.Backend.Gather(operands.Frozen(values, 3, Inputs, false, storage), [0, 1, 2], y);
            var read = operands.Read(y);
            read.ShouldBe(Stored(values, 3, Inputs, false, storage));
            read.AsSpan(0, 64).ToArray().ShouldAllBe(v => v == 0);
            float.IsFinite(read[Inputs + 70]).ShouldBeFalse();
            float.IsFinite(read[(2 * Inputs) + 130]).ShouldBeFalse();
            read.Count(v => !float.IsFinite(v)).ShouldBe(2 * 64);
        }
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void A_weight_is_read_in_pieces_and_a_failure_while_reading_is_passed_on(StorageType storage)
    {
        const int Outputs = 3000, Inputs = 600;
        using var backend = new CpuBackend(2);
        foreach (var transposed in new[] { false, true })
        {
            var (longest, total) = (0, 0);
            using var weight = backend.Freeze(
                (_, destination) =>
                {
                    InterlockedMax(ref longest, destination.Length);
                    Interlocked.Add(ref total, destination.Length);
                },
                Outputs, Inputs, transposed, storage);
            longest.ShouldBeLessThanOrEqualTo(1 << 20);
            total.ShouldBe(Outputs * Inputs);
            Should.Throw<Exception>(() => backend.Freeze((_, _) => throw new InputException("broken"), Outputs, Inputs, transposed, storage)).GetBaseException().Message.ShouldBe("broken");
        }

        static void InterlockedMax(ref int target, int value)
        {
            for (var seen = target; value > seen; seen = target)
            {
                Interlocked.CompareExchange(ref target, value, seen);
            }
        }
    }

    [Fact]
    public void A_disposed_or_foreign_weight_is_refused()
    {
        using var operands = new Operands(KernelSets.Best);
        var x = operands.Matrix(new float[8], 2, 4);
        var y = operands.Matrix(new float[6], 2, 3);
        var weight = operands.Backend.Freeze(new float[12], 3, 4, false, StorageType.F32);
        Should.Throw<ArgumentException>(() => operands.Backend.Multiply(x, weight, default, x));
        weight.Dispose();
        weight.Dispose();
        Should.Throw<ObjectDisposedException>(() => operands.Backend.Multiply(x, weight, default, y));
    }

    /// <summary>What the storage keeps, in the layout of the source; blocks run along the inputs of an output in both.</summary>
    private static float[] Stored(float[] source, int outputs, int inputs, bool transposed, StorageType storage)
    {
        var stored = new float[source.Length];
        var row = new float[inputs];
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                row[i] = source[At(o, i)];
            }

            StoredValues.Round(storage, row);
            for (var i = 0; i < inputs; i++)
            {
                stored[At(o, i)] = row[i];
            }
        }

        return stored;

        int At(int o, int i) => transposed ? (i * outputs) + o : (o * inputs) + i;
    }

    private static void Check(KernelSet leg, int rows, int outputs, int inputs, bool transposed, StorageType storage, float beta, bool withBias)
    {
        using var operands = new Operands(leg);
        var source = Operands.Values(outputs * inputs, 2);
        var stored = Stored(source, outputs, inputs, transposed, storage);
        var weight = operands.Frozen(source, outputs, inputs, transposed, storage);
        var context = $"{leg} {rows}×{outputs}×{inputs} {transposed} {storage}";

        float[] x = Operands.Values(rows * inputs, 1), y = Operands.Values(rows * outputs, 3), bias = Operands.Values(outputs, 4);
        var result = operands.Matrix(y, rows, outputs);
        operands.Backend.Multiply(operands.Matrix(x, rows, inputs), weight, withBias ? operands.Matrix(bias, 1, outputs) : default, result, beta);
        var forward = Naive.Gemm(operands.AsMultiplied(x), false, stored, !transposed, y, rows, outputs, inputs, 1, beta);
        for (var i = 0; withBias && i < forward.Value.Length; i++)
        {
            forward.Value[i] += bias[i % outputs];
            forward.Scale[i] += Math.Abs(bias[i % outputs]);
        }

        Naive.ShouldHold(operands.Read(result), forward, inputs, context);

        var dx = operands.Matrix(x, rows, inputs);
        operands.Backend.MultiplyTransposed(operands.Matrix(y, rows, outputs), weight, dx, beta);
        Naive.ShouldHold(operands.Read(dx), Naive.Gemm(operands.AsMultiplied(y), false, stored, transposed, x, rows, inputs, outputs, 1, beta), outputs, context + " transposed");
    }
}
