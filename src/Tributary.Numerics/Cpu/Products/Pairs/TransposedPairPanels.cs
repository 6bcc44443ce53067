using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.OneDnn;

namespace Tributary.Numerics.Cpu.Products.Pairs;

/// <summary>
/// Panels of W from the one copy that is kept: here k runs over W's outputs and the columns are its inputs. Blocks of k begin where a kept panel begins.
/// </summary>
internal readonly unsafe struct TransposedPairPanels(CpuFrozenMatrix weight, PanelLayout layout) : IPairPanels
{
    public PanelLayout Layout { get; } = layout;

    public ushort* Block(int panel, int k0, int k, ushort* block)
    {
        int width = Layout.Width(panel), kept = weight.Layout.PanelWidth;
        if (k % PairTiles.DepthStep != 0)
        {
            new Span<ushort>(block, PairJob.Padded(k) * width).Clear();
        }

        for (var done = 0; done < k; done += kept)
        {
            var from = (k0 + done) / kept;
            var source = weight.At(from, 0) + ((nint)panel * Layout.PanelWidth * weight.Layout.Width(from) * sizeof(ushort));
            PairTransposition.Run(source, width, weight.Layout.Width(from), (byte*)(block + ((nint)done * width)));
        }

        return block;
    }
}
