namespace Tributary.Numerics.Cpu.Products.Panels;

/// <summary>Hands out blocks of the right operand: the rows [k0, k0 + k) of one panel, where consecutive rows are <c>step</c> elements apart.</summary>
internal unsafe interface IPanels
{
    /// <summary>How the columns are cut.</summary>
    PanelLayout Layout { get; }

    /// <summary>Floats of scratch that <see cref="Block"/> needs for a block of <paramref name="k"/> rows.</summary>
    long ScratchFloats(int k);

    /// <summary>
    /// Returns the block, in place where that is possible, else written to <paramref name="scratch"/>. It will be used by <paramref name="rows"/> rows of the left operand;
    /// <paramref name="brain"/> says that its elements are bfloat16.
    /// </summary>
    byte* Block(int panel, int k0, int k, int rows, float* scratch, out nint step, out bool brain);
}
