using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>A frozen weight as panels [outputs / width][inputs][width], in single precision or as bfloat16 that is expanded when a panel is used.</summary>
internal sealed unsafe class CpuFrozenMatrix : FrozenMatrix
{
    private readonly StorageType storage;
    private void* data;

    public CpuFrozenMatrix(ReadOnlySpan<float> source, int outputs, int inputs, bool transposed, StorageType storage, KernelSet kernels)
    {
        (Outputs, Inputs, this.storage) = (outputs, inputs, storage);
        Tile = TileShape.For(kernels, outputs);
        Panels = (outputs + Tile.Columns - 1) / Tile.Columns;
        Bytes = (long)Panels * inputs * Tile.Columns * (IsExpanded ? sizeof(float) : sizeof(ushort));
        data = AlignedMemory.Allocate(Bytes);
        AlignedMemory.PreferHugePages(data, Bytes);
        Fill(source, transposed);
    }

    public override int Outputs { get; }

    public override int Inputs { get; }

    public override long Bytes { get; }

    /// <summary>The tile whose width the panels have.</summary>
    public TileShape Tile { get; }

    /// <summary>Number of panels.</summary>
    public int Panels { get; }

    /// <summary>True when panels can be read as they are.</summary>
    public bool IsExpanded => storage == StorageType.F32;

    /// <summary>Rows [first, first + count) of a panel as singles: in place, or expanded into scratch.</summary>
    public float* Rows(int panel, int first, int count, float* scratch)
    {
        var offset = ((nint)panel * Inputs * Tile.Columns) + ((nint)first * Tile.Columns);
        if (IsExpanded)
        {
            return (float*)data + offset;
        }

        BFloat16.ToSingle(new ReadOnlySpan<ushort>((ushort*)data + offset, count * Tile.Columns), new Span<float>(scratch, count * Tile.Columns));
        return scratch;
    }

    /// <summary>Element (output, input).</summary>
    public float At(int output, int input)
    {
        var offset = (((nint)(output / Tile.Columns) * Inputs) + input) * Tile.Columns + (output % Tile.Columns);
        return IsExpanded ? ((float*)data)[offset] : BitConverter.UInt32BitsToSingle((uint)((ushort*)data)[offset] << 16);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (data != null)
        {
            AlignedMemory.Free(data, Bytes);
            data = null;
        }
    }

    private void Fill(ReadOnlySpan<float> source, bool transposed)
    {
        var width = Tile.Columns;
        fixed (float* from = source)
        {
            using var scratch = Scratch.Open();
            var single = IsExpanded ? null : scratch.Take((long)Inputs * width);
            for (var panel = 0; panel < Panels; panel++)
            {
                var to = IsExpanded ? (float*)data + ((nint)panel * Inputs * width) : single;
                var dense = new DensePanels(from, transposed ? Outputs : Inputs, !transposed, Outputs, width);
                dense.Panel(panel, 0, Inputs, to);
                if (!IsExpanded)
                {
                    BFloat16.FromSingle(
                        new ReadOnlySpan<float>(single, Inputs * width), new Span<ushort>((ushort*)data + ((nint)panel * Inputs * width), Inputs * width));
                }
            }
        }
    }
}
