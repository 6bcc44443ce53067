using Tributary.Learning.Adaptation.VirtualTokens;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;

namespace Tributary.Learning.Adaptation.PrefixTuning;

/// <summary>In front of the keys and values of every block.</summary>
internal sealed class PrefixPlace(LanguageModel model) : IVirtualPlace
{
    public void Attach(AdapterSet set, IVirtualRows rows)
    {
        foreach (var block in model.Modules.OfType<SelfAttention>())
        {
            set.Add(block, new BlockPrefix(rows, block.Layer, model.Shape.KeyValueWidth));
        }
    }
}
