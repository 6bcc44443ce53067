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
        var best = new LoraFactors(LoraPair.Matrix(a), LoraPair.Matrix(b), 1).Truncated(rank).Padded(a.Shape[0]);
        for (var k = 0; k < rank; k++)
        {
            var norm = Math.Sqrt(Enumerable.Range(0, best.B.Rows).Sum(i => best.B[i, k] * best.B[i, k]));
            for (var i = 0; i < best.B.Rows && norm > 0; i++)
            {
                best.B[i, k] /= Math.Sqrt(norm);
            }

            for (var i = 0; i < best.A.Columns; i++)
            {
                best.A[k, i] *= Math.Sqrt(norm);
            }
        }

        return [a with { Values = best.A.ToSingles() }, b with { Values = best.B.ToSingles() }];
    }
}
