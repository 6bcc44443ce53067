using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Threads;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>Fills the panels of a frozen weight from its source. Pieces of the source are in single precision meanwhile, never the weight.</summary>
internal static unsafe class Packing<V>
    where V : struct, ILanes<V>
{
    private const int PieceLength = 1 << 20;

    /// <summary>Reads the source once.</summary>
    public static void Run(ThreadTeam team, CpuFrozenMatrix weight, ReadElements read, bool transposed)
    {
        if (transposed)
        {
            ByInputs(team, weight, read);
        }
        else
        {
            team.Run(new PackOutputsJob<V>(weight, read), weight.Layout.Count);
        }
    }

    // The outputs of a panel do not lie together: whole inputs are read, as many as make a piece, and every panel takes its columns of them.
    private static void ByInputs(ThreadTeam team, CpuFrozenMatrix weight, ReadElements read)
    {
        var rows = Math.Max(1, PieceLength / Math.Max(1, weight.Outputs) / StorageTypes.BlockSize) * StorageTypes.BlockSize;
        rows = Math.Min(rows, weight.Inputs);
        var bytes = (long)rows * weight.Outputs * sizeof(float);
        var piece = (float*)AlignedMemory.Allocate(bytes);
        try
        {
            for (var input = 0; input < weight.Inputs; input += rows)
            {
                var count = Math.Min(rows, weight.Inputs - input);
                read((long)input * weight.Outputs, new Span<float>(piece, checked(count * weight.Outputs)));
                team.Run(new PackInputsJob<V>(weight, piece, input, count), weight.Layout.Count);
            }
        }
        finally
        {
            AlignedMemory.Free(piece, bytes);
        }
    }
}
