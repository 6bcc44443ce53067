using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Panels;

namespace Tributary.Numerics.Cpu.Products.Pairs;

/// <summary>Panels of Wᵀ as they are kept.</summary>
internal readonly unsafe struct PairPanels(CpuFrozenMatrix weight) : IPairPanels
{
    public PanelLayout Layout => weight.Layout;

    public ushort* Block(int panel, int k0, int k, ushort* block) => (ushort*)weight.At(panel, k0);
}
