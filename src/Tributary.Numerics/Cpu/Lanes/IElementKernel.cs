namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>Elementwise work, where an element of the result depends on the same element of the operands alone.</summary>
internal interface IElementKernel
{
    /// <summary>Works on <paramref name="count"/> elements of a row from column <paramref name="start"/>.</summary>
    void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V>;
}
