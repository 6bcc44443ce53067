using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Panels;

/// <summary>Panels of a frozen weight as they are kept: in place. bfloat16 is widened once for many rows, or by the tile itself for few.</summary>
internal readonly unsafe struct FrozenPanels(CpuFrozenMatrix weight) : IPanels
{
    private const int WidenFromRows = 9;

    public PanelLayout Layout => weight.Layout;

    public long ScratchFloats(int k) => weight.IsBrain ? (long)k * Layout.PanelWidth : 0;

    public byte* Block(int panel, int k0, int k, int rows, float* scratch, out nint step, out bool brain)
    {
        var width = Layout.Width(panel);
        step = width;
        brain = weight.IsBrain && rows < WidenFromRows;
        var block = weight.At(panel, k0);
        if (!weight.IsBrain || brain)
        {
            return block;
        }

        BFloat16.ToSingle(new ReadOnlySpan<ushort>(block, k * width), new Span<float>(scratch, k * width));
        return (byte*)scratch;
    }
}
