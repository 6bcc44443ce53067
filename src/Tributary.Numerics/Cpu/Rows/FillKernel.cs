using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>y = value.</summary>
internal readonly unsafe struct FillKernel(View y, float value) : IElementKernel
{
    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V> => new Span<float>(y.At(row, start), count).Fill(value);
}
