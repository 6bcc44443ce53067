using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Products.Panels;

/// <summary>Panels of a row-major operand [k, columns]: read in place when few rows use them, copied when many do or when the panel is padded.</summary>
internal readonly unsafe struct RowPanels(View b, PanelLayout layout) : IPanels
{
    private const int CopyFromRows = 64;
    private readonly View b = b;

    public PanelLayout Layout { get; } = layout;

    public long ScratchFloats(int k) => (long)k * Layout.PanelWidth;

    public byte* Block(int panel, int k0, int k, int rows, float* scratch, out nint step, out bool brain)
    {
        brain = false;
        int width = Layout.Width(panel), valid = Layout.Valid(panel);
        var source = b.At(k0, panel * Layout.PanelWidth);
        if (valid == width && rows < CopyFromRows)
        {
            step = b.Stride;
            return (byte*)source;
        }

        step = width;
        for (var i = 0; i < k; i++)
        {
            var row = source + ((nint)i * b.Stride);
            var to = new Span<float>(scratch + ((nint)i * width), width);
            new ReadOnlySpan<float>(row, valid).CopyTo(to);
            to[valid..].Clear();
            PrefetchNext(row + width);
        }

        return (byte*)scratch;
    }

    // Rows are far apart, so no hardware prefetcher sees that the next panel follows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchNext(float* row)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(row);
            Sse.Prefetch1(row + 16);
            Sse.Prefetch1(row + 32);
        }
    }
}
