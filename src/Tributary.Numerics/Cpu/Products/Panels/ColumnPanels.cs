using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Products.Panels;

/// <summary>Panels of an operand that is given transposed, as [columns, k] row-major: every block is transposed into scratch.</summary>
internal readonly unsafe struct ColumnPanels(View b, PanelLayout layout) : IPanels
{
    private readonly View b = b;

    public PanelLayout Layout { get; } = layout;

    public long ScratchFloats(int k) => (long)k * Layout.PanelWidth;

    public byte* Block(int panel, int k0, int k, int rows, float* scratch, out nint step, out bool brain)
    {
        brain = false;
        int width = Layout.Width(panel), valid = Layout.Valid(panel);
        step = width;
        if (valid < width)
        {
            new Span<float>(scratch, k * width).Clear();
        }

        Transposition.Run(b.At(panel * Layout.PanelWidth, k0), b.Stride, valid, k, scratch, width);
        return (byte*)scratch;
    }
}
