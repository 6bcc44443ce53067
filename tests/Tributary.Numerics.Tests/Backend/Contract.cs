using System.Runtime.InteropServices;
using Tributary.Numerics.Reference;

namespace Tributary.Numerics.Tests.Backend;

/// <summary>What every operation of every backend must keep: the values of the twin in double, and the same bits for any threads and any split of the rows.</summary>
internal static class Contract
{
    private static readonly int[] Pieces = [1, 3, 2, 7, 1];

    /// <summary>
    /// Runs an operation over <paramref name="rows"/> independent rows (or segments) whole, with two threads, and piece by piece. Operands that it should not write
    /// are compared too.
    /// </summary>
    public static void RowWise(string leg, int rows, Action<IBackend, Bound> operation, Operand[] operands, double tolerance = 2e-6)
    {
        var whole = Whole(leg, rows, operation, operands, tolerance);
        using var backend = Legs.Create(leg, 1);
        var bound = new Bound(backend, operands);
        for (int start = 0, i = 0; start < rows; start += bound.Count, i++)
        {
            bound.Start = start;
            bound.Count = Math.Min(i < Pieces.Length ? Pieces[i] : rows, rows - start);
            operation(backend, bound);
        }

        SameBits(bound.Read(), whole, "in pieces");
        bound.Free();
    }

    /// <summary>Runs an operation that joins its rows, with one and two threads. Returns what it leaves in the operands.</summary>
    public static float[][] Whole(string leg, int rows, Action<IBackend, Bound> operation, Operand[] operands, double tolerance = 2e-6)
    {
        using var exact = new ReferenceBackend<double>();
        var expected = Run(exact, rows, operation, operands);
        using var one = Legs.Create(leg, 1);
        var actual = Run(one, rows, operation, operands);
        for (var i = 0; i < operands.Length; i++)
        {
            Close(actual[i], expected[i], tolerance, $"operand {i} of {operands[i].Rows}×{operands[i].Columns}");
        }

        using var two = Legs.Create(leg, 2);
        SameBits(Run(two, rows, operation, operands), actual, "with two threads");
        return actual;
    }

    /// <summary>Every entry within tolerance, relative to itself or to the root mean square of all.</summary>
    public static void Close(float[] actual, float[] expected, double tolerance, string what)
    {
        actual.Length.ShouldBe(expected.Length, what);
        var scale = Math.Sqrt(expected.Sum(x => (double)x * x) / Math.Max(1, expected.Length));
        for (var i = 0; i < actual.Length; i++)
        {
            var allowed = tolerance * (Math.Abs(expected[i]) + scale);
            if (!(Math.Abs((double)actual[i] - expected[i]) <= allowed))
            {
                Assert.Fail($"{what}, element {i}: {actual[i]:R}, the twin says {expected[i]:R}");
            }
        }
    }

    public static void SameBits(float[][] actual, float[][] expected, string what)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var same = MemoryMarshal.AsBytes(actual[i].AsSpan()).CommonPrefixLength(MemoryMarshal.AsBytes(expected[i].AsSpan())) / sizeof(float);
            if (same < expected[i].Length)
            {
                Assert.Fail($"{what}: operand {i}, element {same}: {actual[i][same]:R} and {expected[i][same]:R}");
            }
        }
    }

    private static float[][] Run(IBackend backend, int rows, Action<IBackend, Bound> operation, Operand[] operands)
    {
        var bound = new Bound(backend, operands) { Count = rows };
        operation(backend, bound);
        var result = bound.Read();
        bound.Free();
        return result;
    }
}
