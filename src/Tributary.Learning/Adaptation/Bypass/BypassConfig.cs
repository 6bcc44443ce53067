using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Bypass;

/// <summary>
/// A low-rank branch beside everything below the output layer: that reads (1 − mixing)·h + mixing·B A h in the place of h. Its size depends on the width alone, so that models of
/// any depth can share it (pFedLoRA, Yi et al. 2023; where it attaches is a reconstruction).
/// </summary>
/// <param name="Rank">Rank of the two matrices.</param>
/// <param name="Mixing">Share of the branch, 0 … 1.</param>
public sealed record BypassConfig(int Rank = 8, double Mixing = 0.5) : AdapterConfig
{
    private const int MostRank = 65_536;

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Rank is < 1 or > MostRank)
        {
            yield return $"rank must be from 1 to {MostRank}";
        }

        if (Mixing is not (>= 0 and <= 1))
        {
            yield return "mixing must be from 0 to 1";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => [new BypassAdapter(this, model, name)];
}
