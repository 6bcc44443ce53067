using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>Fills rows [first, first + count) of one panel for each part, from those rows of a source of [inputs, outputs]; the first begins a block.</summary>
internal readonly unsafe struct PackInputsJob<V>(CpuFrozenMatrix weight, float* source, int first, int count) : IJob
    where V : struct, ILanes<V>
{
    private const int Rows = 512;
    private readonly float* source = source;

    public void Run(int part)
    {
        using var scratch = Scratch.Open();
        int width = weight.Layout.Width(part), valid = weight.Layout.Valid(part), column = part * weight.Layout.PanelWidth;
        var block = scratch.Take((long)Rows * width);
        new Span<float>(block, Rows * width).Clear(); // what pads the panel stays zero
        for (var done = 0; done < count; done += Rows)
        {
            var rows = Math.Min(Rows, count - done);
            for (var i = 0; i < rows; i++)
            {
                new ReadOnlySpan<float>(source + ((nint)(done + i) * weight.Outputs) + column, valid).CopyTo(new Span<float>(block + ((nint)i * width), valid));
            }

            PanelRows<V>.Write(weight, part, first + done, rows, block);
        }
    }
}
