using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>The best factors of a smaller rank for every LoRA module of a model: B = U√Σ and A = √ΣVᵀ, zero beyond the rank (SA-FedLora, Yang et al. 2024).</summary>
internal static class RankCut
{
    /// <summary>The factors, in tensors of the shapes they had.</summary>
    public static ParameterSet Of(ParameterSet model, AdapterConfig adaptation, int rank) =>
        new(LoraPair.Among(model.Select(tensor => tensor.Key), adaptation).Where(pair => rank < pair.Rank).SelectMany(pair => Cut(model[pair.A], model[pair.B], rank)));

    private static IEnumerable<HostTensor> Cut(HostTensor a, HostTensor b, int rank)
    {
        var best = new LoraFactors(LoraPair.Matrix(a), LoraPair.Matrix(b), 1).Truncated(rank).Balanced().Padded(a.Shape[0]);
        return [a with { Values = best.A.ToSingles() }, b with { Values = best.B.ToSingles() }];
    }
}
