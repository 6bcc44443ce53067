using Tributary.Learning.Adaptation.VirtualTokens;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.PrefixTuning;

/// <summary>One block's share of the prefix rows: columns [2 · layer · width, +width) are its keys, the next its values.</summary>
internal sealed class BlockPrefix(IVirtualRows rows, int layer, int width) : IPrefix
{
    public int Length => rows.Count;

    public Columns Keys(Pass pass) => new(rows.In(pass), 2 * layer * width, width);

    public Columns Values(Pass pass) => new(rows.In(pass), ((2 * layer) + 1) * width, width);
}
