using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>
/// Reads and writes one panel of a frozen weight for each part, from [outputs, inputs] or, transposed, [inputs, outputs]. A piece of a panel at a time is in single
/// precision, never the weight.
/// </summary>
internal readonly unsafe struct PackJob<V>(CpuFrozenMatrix weight, ReadElements read, bool transposed) : IJob
    where V : struct, ILanes<V>
{
    private const int Rows = 1024;

    public void Run(int part)
    {
        using var scratch = Scratch.Open();
        var width = weight.Layout.Width(part);
        var rows = Math.Min(Rows, weight.Inputs);
        var block = scratch.Take((long)rows * width);
        var source = scratch.Take((long)rows * width);
        new Span<float>(block, rows * width).Clear(); // what pads the panel stays zero
        for (var input = 0; input < weight.Inputs; input += rows)
        {
            var count = Math.Min(rows, weight.Inputs - input);
            Fill(part, input, count, source, block);
            PanelRows<V>.Write(weight, part, input, count, block);
        }
    }

    private void Fill(int panel, int input, int count, float* source, float* block)
    {
        int width = weight.Layout.Width(panel), valid = weight.Layout.Valid(panel), column = panel * weight.Layout.PanelWidth;
        if (transposed)
        {
            for (var i = 0; i < count; i++)
            {
                read(((long)(input + i) * weight.Outputs) + column, new Span<float>(block + ((nint)i * width), valid));
            }

            return;
        }

        for (var c = 0; c < valid; c++)
        {
            read(((long)(column + c) * weight.Inputs) + input, new Span<float>(source + ((nint)c * count), count));
        }

        Transposition.Run(source, count, valid, count, block, width);
    }
}
