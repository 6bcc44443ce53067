using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>Reads and fills one panel for each part, from a source of [outputs, inputs], in which the rows of a panel lie together.</summary>
internal readonly unsafe struct PackOutputsJob<V>(CpuFrozenMatrix weight, ReadElements read) : IJob
    where V : struct, ILanes<V>
{
    private const int Rows = 512;

    public void Run(int part)
    {
        using var scratch = Scratch.Open();
        int width = weight.Layout.Width(part), valid = weight.Layout.Valid(part), inputs = weight.Inputs;
        var source = scratch.Take((long)valid * inputs);
        var block = scratch.Take((long)Rows * width);
        new Span<float>(block, Rows * width).Clear(); // what pads the panel stays zero
        read((long)part * weight.Layout.PanelWidth * inputs, new Span<float>(source, checked(valid * inputs)));
        for (var input = 0; input < inputs; input += Rows)
        {
            var count = Math.Min(Rows, inputs - input);
            Transposition.Run(source + input, inputs, valid, count, block, width);
            PanelRows<V>.Write(weight, part, input, count, block);
        }
    }
}
