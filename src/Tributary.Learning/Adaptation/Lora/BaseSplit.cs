using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>
/// LoRA that begins at the leading singular directions of the base weights: B = U√Σ / √s and A = √ΣVᵀ / √s, and the base without them, so that the model is unchanged at first
/// (FeDeRA, Yan et al. 2024). Everybody who has the weights finds the same values, to the bit.
/// </summary>
public static class BaseSplit
{
    /// <summary>The values with LoRA's factors taken from the base weights, and the updates that take them out of these.</summary>
    /// <param name="adapters">The adapters.</param>
    /// <param name="initial">Their own initial values.</param>
    public static ParameterSet Of(IReadOnlyList<IAdapter> adapters, ParameterSet initial)
    {
        var made = adapters.OfType<LoraAdapter>().SelectMany(adapter => adapter.Sites).SelectMany(Split).ToArray();
        var keys = made.Select(tensor => tensor.Key).ToHashSet();
        return new ParameterSet(initial.Where(key => !keys.Contains(key)).Concat(made));
    }

    private static IEnumerable<HostTensor> Split(LoraSite site)
    {
        var weight = site.BaseWeight();
        var rank = Math.Min(site.Rank, Math.Min(weight.Rows, weight.Columns));
        var svd = LeadingSvd.Of(weight, rank, site.A.WireName);
        var (a, b) = (new HostMatrix(site.Rank, weight.Columns), new HostMatrix(weight.Rows, site.Rank));
        for (var k = 0; k < rank; k++)
        {
            var root = Math.Sqrt(svd.S[k] / site.Scale);
            for (var i = 0; i < weight.Columns; i++)
            {
                a[k, i] = root * svd.V[i, k];
            }

            for (var o = 0; o < weight.Rows; o++)
            {
                b[o, k] = root * svd.U[o, k];
            }
        }

        // What is taken out are the factors as they are stored.
        var (left, right) = (new HostTensor(site.B, [b.Rows, b.Columns], b.ToSingles()), new HostTensor(site.A, [a.Rows, a.Columns], a.ToSingles()));
        var taken = new LoraFactors(LoraPair.Matrix(right), LoraPair.Matrix(left), -site.Scale);
        return [right, left, .. site.BaseUpdate.Plus(ParameterSet.Empty, taken)];
    }
}
