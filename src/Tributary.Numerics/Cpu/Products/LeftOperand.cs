namespace Tributary.Numerics.Cpu.Products;

/// <summary>The left-hand side of a product, packed tile by tile as [inner][tile rows]; missing rows are zero.</summary>
internal readonly unsafe struct LeftOperand(float* data, nint stride, bool transposed, int rows)
{
    public readonly int Rows = rows;

    /// <summary>Packs rows [row, row + tileRows) and inner [first, first + count).</summary>
    public void Pack(int row, int tileRows, int first, int count, float* destination)
    {
        var valid = Math.Min(tileRows, Rows - row);
        if (valid < tileRows)
        {
            new Span<float>(destination, count * tileRows).Clear();
        }

        if (!transposed)
        {
            Transposer.Transpose(data + (row * stride) + first, stride, valid, count, destination, tileRows);
            return;
        }

        for (var k = 0; k < count; k++)
        {
            new ReadOnlySpan<float>(data + ((first + k) * stride) + row, valid).CopyTo(new Span<float>(destination + (k * tileRows), valid));
        }
    }
}
