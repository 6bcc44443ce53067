using Tributary.Numerics.Cpu;

namespace Tributary.Numerics.Tests.Cpu;

public sealed class AllocationTests
{
    [Fact]
    public void Kernels_allocate_nothing_once_warm()
    {
        using IBackend backend = new CpuBackend(2);
        var at = new Operands(backend);
        at.RunAll();
        at.RunAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        at.RunAll();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    /// <summary>One operation of every family over large enough matrices for both threads.</summary>
    private sealed class Operands(IBackend backend)
    {
        private const int Rows = 128, Heads = 8, Width = 64, Columns = Heads * Width;
        private readonly Matrix x = New(backend), y = New(backend), z = New(backend), w = New(backend), v = New(backend), u = New(backend), t = New(backend);
        private readonly Matrix row = backend.Allocate(Columns).AsMatrix(1, Columns), stats = backend.Allocate(2 * Rows).AsMatrix(Rows, 2);
        private readonly Matrix sums = backend.Allocate(Rows * Heads).AsMatrix(Rows, Heads), losses = backend.Allocate(Rows).AsMatrix(1, Rows);
        private readonly Matrix angles = backend.Allocate(Rows * Width).AsMatrix(Rows, Width / 2);
        private readonly FrozenMatrix[] frozen = [.. Enum.GetValues<StorageType>().Select(s => backend.Freeze((_, _) => { }, Columns, Columns, false, s))];
        private readonly int[] ids = new int[Rows];
        private readonly long[] keys = new long[Rows];
        private readonly Segment[] segments = [new(0, 100, 0, 100), new(100, 28, 100, 28)];
        private readonly ScoreBias bias = new(backend.Allocate(4 * Heads).AsMatrix(4, Heads), new[] { 3, 2, 1, 0, 1, 2, 3 });
        private readonly Matrix biasGradients = backend.Allocate(2 * 4 * Heads).AsMatrix(2, 4 * Heads);
        private readonly AttentionShape shape = new(Heads, Heads, Width, 0.125f, true);

        public void RunAll()
        {
            backend.Fill(x, 1);
            backend.AddScaled(x, y);
            backend.AddRow(row, y);
            backend.SumRows(y, row);
            backend.MultiplyElements(x, y, z);
            backend.MultiplyRow(x, row, z);
            backend.SumRowProducts(x, y, row);
            backend.Gather(x, ids, z);
            foreach (var weight in frozen)
            {
                backend.Multiply(x, weight, row, y);
                backend.Multiply(x.RowRange(0, 1), weight, row, y.RowRange(0, 1));
                backend.MultiplyTransposed(x, weight, y);
                backend.Gather(weight, ids, z);
            }

            backend.ScatterAdd(x, ids, z);
            backend.Dropout(x, 0.5f, 3, keys, z);
            backend.Norm(NormKind.Layer, x, row, default, 1e-5f, y, stats);
            backend.NormInputGradient(NormKind.Layer, x, row, stats, y, z);
            backend.NormGainGradient(NormKind.Layer, x, stats, y, row);
            backend.NormTangent(NormKind.Layer, x, row, stats, y, default, default, z);
            backend.ReciprocalRowNorms(x, losses);
            backend.Activate(ActivationKind.GeluTanh, x, y);
            backend.ActivateSlope(ActivationKind.GeluTanh, x, y, z, 0);
            backend.Gate(ActivationKind.Silu, x, y, z);
            backend.GateGradient(ActivationKind.Silu, x, y, z, w, v);
            backend.GateTangent(ActivationKind.Silu, x, y, z, w, v);
            backend.Rotate(x, ids, angles, angles, Width, inverse: false);
            backend.Attend(x, y, z, segments, shape, w, sums);
            backend.AttendGradient(x, y, z, w, sums, v, segments, shape, u, t, t);
            backend.AttendTangent(x, y, z, w, sums, x, y, z, segments, shape, v);
            backend.Attend(x, y, z, segments, shape, w, sums, bias);
            backend.AttendGradient(x, y, z, w, sums, v, segments, shape, u, t, t, bias, biasGradients);
            backend.AttendTangent(x, y, z, w, sums, x, y, z, segments, shape, v, bias, bias.Table);
            backend.CrossEntropy(x, ids, losses, losses, gradient: true);
            backend.CrossEntropyTangent(x, ids, y, losses);
            backend.BinaryCrossEntropy(x, y, 1, losses, gradient: true);
            backend.BinaryCrossEntropyTangent(x, y, z, losses);
            backend.SumOfSquares(x);
            backend.AllFinite(x);
            backend.Update(new(OptimizerKind.AdamW, 1, 1e-3), x, y, z, w, default);
        }

        private static Matrix New(IBackend backend) => backend.Allocate(Rows * Columns).AsMatrix(Rows, Columns);
    }
}
