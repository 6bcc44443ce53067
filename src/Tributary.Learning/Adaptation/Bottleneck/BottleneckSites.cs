using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>Where the bottlenecks of a configuration stand.</summary>
internal static class BottleneckSites
{
    /// <exception cref="InputException">There is none, or the model has no such block.</exception>
    public static IReadOnlyList<Junction> Resolve(bool afterAttention, bool afterFeedForward, IReadOnlyList<int> layers, LanguageModel model)
    {
        foreach (var layer in layers)
        {
            _ = layer >= 0 && layer < model.Shape.Layers ? layer : throw new InputException($"layers: the model has no block {layer}; it has blocks 0 to {model.Shape.Layers - 1}");
        }

        Junction[] sites = [.. model.Modules.OfType<Junction>().Where(j => j.Sublayer switch
        {
            Sublayer.Attention => afterAttention,
            Sublayer.FeedForward => afterFeedForward,
            _ => false,
        } && layers.Contains(j.Layer))];
        return sites.Length > 0 ? sites : throw new InputException("no block is left for the adapter to stand in");
    }
}
