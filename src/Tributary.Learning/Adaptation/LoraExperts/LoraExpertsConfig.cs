using Tributary.Learning.Adaptation.Targets;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.LoraExperts;

/// <summary>
/// A mixture of LoRA experts (FedAMoLE, Zhang et al. 2024): y = W₀x + s·B·A·x of an expert that all rows use, plus Σ wₑ·s·BₑAₑx over each row's experts with the largest scores
/// ⟨Aₑx, Px⟩/√rank, w their softmax. P [rank, inputs] is the router; an expert's own A is its key, so that it serves any number of them.
/// </summary>
/// <param name="Experts">Number of experts of every adapted layer, beside the shared one.</param>
/// <param name="Rank">Rank of each.</param>
/// <param name="Alpha">Numerator of the scale s = alpha / rank.</param>
/// <param name="Dropout">Probability with which an expert's input is dropped while training, 0 … below 1; routing sees all of it.</param>
/// <param name="Top">Most experts that a row uses.</param>
/// <param name="Targets">Names of adapted layers as in PEFT's target_modules; null takes the model family's usual attention projections.</param>
public sealed record LoraExpertsConfig(int Experts = 8, int Rank = 8, double Alpha = 16, double Dropout = 0, int Top = 2, IReadOnlyList<string>? Targets = null) : AdapterConfig
{
    private const int MostRank = 65_536;
    private const int MostExperts = 1024;

    /// <summary>The experts that are there, by the names under which their A travels; null is all. Not a setting of experiments: a client may hold some alone.</summary>
    public IReadOnlyList<string>? Held { get; init; }

    /// <summary>What an expert's output is multiplied with.</summary>
    internal float Scale => (float)(Alpha / Rank);

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Experts is < 1 or > MostExperts || Top < 1 || Top > Experts)
        {
            yield return $"experts must be from 1 to {MostExperts}, and top from 1 to their number";
        }

        if (Rank is < 1 or > MostRank || Alpha is not (> 0 and <= 1_000_000))
        {
            yield return $"rank must be from 1 to {MostRank}, alpha above 0 and at most 1000000";
        }

        if (Dropout is not (>= 0 and < 1))
        {
            yield return "dropout must be from 0 to below 1";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => 
    [
        new SiteAdapter(
            this, name, new ModuleSelection(Targets ?? model.Shape.DefaultTargets, null).Find(model, module => module is Linear { Rest: null }).Cast<Linear>().Select(linear => new ExpertSite(linear, name, this)),
            ModulesToSave.Find(model, name, ExpertSite.Prefix, [], TaskType)),
    ];
}
