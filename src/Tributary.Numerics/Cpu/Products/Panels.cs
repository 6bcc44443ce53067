namespace Tributary.Numerics.Cpu.Products;

/// <summary>The right-hand side of a product as panels of a tile's width.</summary>
internal unsafe interface IPanels
{
    /// <summary>Number of columns of the product.</summary>
    int Columns { get; }

    /// <summary>Elements of scratch that <see cref="Panel"/> may use for <paramref name="count"/> rows.</summary>
    long ScratchFor(int count);

    /// <summary>Rows [first, first + count) of the inner dimension of panel number <paramref name="panel"/>, [count][width], padded with anything beyond the columns.</summary>
    float* Panel(int panel, int first, int count, float* scratch);
}

/// <summary>A dense matrix: rows are copied, or turned when it is transposed.</summary>
internal readonly unsafe struct DensePanels(float* data, nint stride, bool transposed, int columns, int width) : IPanels
{
    public int Columns => columns;

    public long ScratchFor(int count) => (long)count * width;

    public float* Panel(int panel, int first, int count, float* scratch)
    {
        var start = panel * width;
        var valid = Math.Min(width, columns - start);
        if (valid < width)
        {
            new Span<float>(scratch, count * width).Clear();
        }

        if (transposed)
        {
            Transposer.Transpose(data + (start * stride) + first, stride, valid, count, scratch, width);
            return scratch;
        }

        for (var k = 0; k < count; k++)
        {
            new ReadOnlySpan<float>(data + ((first + k) * stride) + start, valid).CopyTo(new Span<float>(scratch + (k * width), valid));
        }

        return scratch;
    }
}

/// <summary>A frozen weight as it lies in memory.</summary>
internal readonly unsafe struct FrozenPanels(CpuFrozenMatrix weight) : IPanels
{
    public int Columns => weight.Outputs;

    public long ScratchFor(int count) => weight.IsExpanded ? 0 : (long)count * weight.Tile.Columns;

    public float* Panel(int panel, int first, int count, float* scratch) => weight.Rows(panel, first, count, scratch);
}

/// <summary>A frozen weight turned on the fly: the inner dimension is its outputs. <paramref name="width"/> is the product's tile width.</summary>
internal readonly unsafe struct TurnedPanels(CpuFrozenMatrix weight, int width) : IPanels
{
    public int Columns => weight.Inputs;

    public long ScratchFor(int count) => ((long)(count + weight.Tile.Columns) * width) + ((long)width * weight.Tile.Columns);

    // Blocks of the inner dimension begin at a panel of the weight: their size is a multiple of every tile width.
    public float* Panel(int panel, int first, int count, float* scratch)
    {
        var start = panel * width;
        var valid = Math.Min(width, weight.Inputs - start);
        var step = weight.Tile.Columns;
        var expanded = scratch + ((long)(count + step) * width);
        if (valid < width)
        {
            new Span<float>(scratch, count * width).Clear();
        }

        for (var n = 0; n < count; n += step)
        {
            var rows = weight.Rows((first + n) / step, start, valid, expanded);
            Transposer.Transpose(rows, step, valid, Math.Min(step, count - n), scratch + ((long)n * width), width);
        }

        return scratch;
    }
}
