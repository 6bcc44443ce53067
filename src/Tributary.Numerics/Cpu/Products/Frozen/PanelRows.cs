using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Codes;
using Tributary.Numerics.Cpu.Products.Pairs;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>Rows of a frozen weight's panel to and from floats, [rows][width].</summary>
internal static unsafe class PanelRows<V>
    where V : struct, ILanes<V>
{
    /// <summary>Rows that <see cref="Read"/> may write for so many: codes are decoded two rows at a time.</summary>
    public static int Room(int rows) => (rows + 1) & ~1;

    /// <summary>Reads rows [input, input + count); input is even.</summary>
    public static void Read(CpuFrozenMatrix weight, int panel, int input, int count, float* target)
    {
        var width = weight.Layout.Width(panel);
        switch (weight.Storage)
        {
            case StorageType.BF16:
                BFloat16.ToSingle(new ReadOnlySpan<ushort>(weight.At(panel, input), count * width), new Span<float>(target, count * width));
                break;
            case StorageType.Int8:
                CodeBlock<V, Int8Codes>.Read(weight.At(panel, input), input % StorageTypes.BlockSize, count, width, target);
                break;
            case StorageType.Nf4:
                CodeBlock<V, Nf4Codes>.Read(weight.At(panel, input), input % StorageTypes.BlockSize, count, width, target);
                break;
            default:
                new ReadOnlySpan<float>(weight.At(panel, input), count * width).CopyTo(new Span<float>(target, count * width));
                break;
        }
    }

    /// <summary>Writes rows [input, input + count); input begins a block, and so does what follows unless the panel ends there.</summary>
    public static void Write(CpuFrozenMatrix weight, int panel, int input, int count, float* source)
    {
        var width = weight.Layout.Width(panel);
        switch (weight.Storage)
        {
            case StorageType.BF16 when weight.IsPaired:
                PairRows.Write(weight, panel, input, count, source);
                break;
            case StorageType.BF16:
                BFloat16.FromSingle(new ReadOnlySpan<float>(source, count * width), new Span<ushort>(weight.At(panel, input), count * width));
                break;
            case StorageType.Int8:
                WriteBlocks<Int8Codes>(weight, panel, input, count, source);
                break;
            case StorageType.Nf4:
                WriteBlocks<Nf4Codes>(weight, panel, input, count, source);
                break;
            default:
                new ReadOnlySpan<float>(source, count * width).CopyTo(new Span<float>(weight.At(panel, input), count * width));
                break;
        }
    }

    private static void WriteBlocks<TCodes>(CpuFrozenMatrix weight, int panel, int input, int count, float* source)
        where TCodes : struct, IBlockCodes
    {
        var width = weight.Layout.Width(panel);
        for (var done = 0; done < count; done += CodeBlock<V, TCodes>.Rows)
        {
            CodeBlock<V, TCodes>.Write(source + ((nint)done * width), Math.Min(CodeBlock<V, TCodes>.Rows, count - done), width, weight.At(panel, input + done));
        }
    }
}
