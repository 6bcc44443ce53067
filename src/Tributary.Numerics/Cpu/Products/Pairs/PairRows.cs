using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Pairs;

/// <summary>Rows of a panel that is kept in pairs, [inputs / 2][width][2], to and from floats.</summary>
internal static unsafe class PairRows
{
    private const int Widest = 64;

    /// <summary>Writes rows [input, input + count) from [rows][width]; input is even.</summary>
    public static void Write(CpuFrozenMatrix weight, int panel, int input, int count, float* source)
    {
        var width = weight.Layout.Width(panel);
        Span<ushort> even = stackalloc ushort[Widest], odd = stackalloc ushort[Widest];
        even = even[..width];
        odd = odd[..width];
        for (var row = 0; row < count; row += 2, source += 2 * width)
        {
            var target = At(weight, panel, input + row);
            BFloat16.FromSingle(new ReadOnlySpan<float>(source, width), even);
            odd.Clear();
            if (row + 1 < count)
            {
                BFloat16.FromSingle(new ReadOnlySpan<float>(source + width, width), odd);
            }

            for (var j = 0; j < width; j++)
            {
                target[2 * j] = even[j];
                target[(2 * j) + 1] = odd[j];
            }
        }
    }

    /// <summary>Reads inputs [input, input + count) of one output; input is even.</summary>
    public static void ReadOutput(CpuFrozenMatrix weight, int panel, int column, int input, int count, Span<float> target)
    {
        var step = 2 * weight.Layout.Width(panel);
        var pairs = At(weight, panel, input) + (2 * column);
        for (var i = 0; i < count; i++)
        {
            target[i] = BFloat16.ToSingle(pairs[((i >> 1) * step) + (i & 1)]);
        }
    }

    private static ushort* At(CpuFrozenMatrix weight, int panel, int input) =>
        (ushort*)weight.At(panel, 0) + ((nint)input * weight.Layout.Width(panel));
}
