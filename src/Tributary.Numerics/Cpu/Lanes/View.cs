using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Memory;

namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>A <see cref="Matrix"/> as kernels see it: pinned memory and a stride. Empty when <c>Data</c> is null.</summary>
internal readonly unsafe struct View(float* data, int rows, int columns, int stride)
{
    public readonly float* Data = data;
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly int Stride = stride;

    public View(Matrix matrix)
        : this(CpuBuffer.PointerTo(matrix), matrix.Rows, matrix.Columns, matrix.Stride)
    {
    }

    public bool IsEmpty => Data is null;

    private bool IsFlat => (Stride == Columns || Rows <= 1) && (long)Rows * Columns <= int.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int row) => Data + ((nint)row * Stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(int row, int column) => Data + ((nint)row * Stride) + column;

    /// <summary>Turns gapless operands of an elementwise kernel into single rows, so that narrow matrices run as fast as wide ones. Empty ones are ignored.</summary>
    public static void Flatten(Span<View> operands)
    {
        foreach (ref readonly var operand in operands)
        {
            if (!operand.IsEmpty && !operand.IsFlat)
            {
                return;
            }
        }

        foreach (ref var operand in operands)
        {
            operand = operand.IsEmpty ? operand : new View(operand.Data, 1, operand.Rows * operand.Columns, operand.Rows * operand.Columns);
        }
    }
}
