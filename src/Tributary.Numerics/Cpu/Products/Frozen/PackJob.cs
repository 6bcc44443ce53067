using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Threads;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>Writes one panel of a frozen weight for each part, from [outputs, inputs] or, transposed, [inputs, outputs].</summary>
internal readonly unsafe struct PackJob(CpuFrozenMatrix weight, float* source, bool transposed) : IJob
{
    private const int Rows = 256;
    private readonly float* source = source;

    public void Run(int part)
    {
        using var scratch = Scratch.Open();
        int width = weight.Layout.Width(part), valid = weight.Layout.Valid(part), column = part * weight.Layout.PanelWidth;
        var block = weight.IsBrain ? scratch.Take((long)Rows * width) : null;
        new Span<float>(block, weight.IsBrain ? Rows * width : 0).Clear();
        for (var input = 0; input < weight.Inputs; input += Rows)
        {
            var count = Math.Min(Rows, weight.Inputs - input);
            var target = weight.IsBrain ? block : (float*)weight.At(part, input);
            Fill(target, width, column, valid, input, count);
            if (weight.IsBrain)
            {
                BFloat16.FromSingle(new ReadOnlySpan<float>(block, count * width), new Span<ushort>(weight.At(part, input), count * width));
            }
        }
    }

    private void Fill(float* target, int width, int column, int valid, int input, int count)
    {
        if (!transposed)
        {
            Transposition.Run(source + ((long)column * weight.Inputs) + input, weight.Inputs, valid, count, target, width);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            new ReadOnlySpan<float>(source + ((long)(input + i) * weight.Outputs) + column, valid).CopyTo(new Span<float>(target + ((nint)i * width), valid));
        }
    }
}
