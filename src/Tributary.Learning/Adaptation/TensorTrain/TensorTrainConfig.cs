using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.TensorTrain;

/// <summary>Bottleneck adapters whose projections are tensor trains (FedTT: Ghiasvand et al., ACL Findings 2025), after attention and after the feed-forward network.</summary>
/// <param name="Size">Width of the bottleneck.</param>
/// <param name="Rank">Inner rank of the trains.</param>
/// <param name="Cores">Cores of each train.</param>
/// <param name="Activation">The activation between the projections.</param>
/// <param name="Layers">Blocks that are adapted; null is all.</param>
public sealed record TensorTrainConfig(
    int Size = 64, int Rank = 5, int Cores = 3, BottleneckActivation Activation = BottleneckActivation.Relu, IReadOnlyList<int>? Layers = null) : AdapterConfig
{
    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Size is < 1 or > 1 << 16 || Rank is < 1 or > 1 << 12)
        {
            yield return "size must be from 1 to 65536 and rank from 1 to 4096";
        }

        if (Cores is < 2 or > TrainShape.MostCores)
        {
            yield return $"cores must be from 2 to {TrainShape.MostCores}";
        }

        if (Layers?.Any(layer => layer < 0) == true)
        {
            yield return "layers are counted from 0";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => 
    [
        new SiteAdapter(
            this, name, BottleneckSites.Resolve(true, true, Layers ?? [.. Enumerable.Range(0, model.Shape.Layers)], model).Select(junction => new TrainSite(junction, name, this)),
            ModulesToSave.Find(model, name, "", [], TaskType)),
    ];
}
