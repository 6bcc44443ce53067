using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// SLoRA: five rounds of a hundredth of all weights, the same for everybody; then the base as it was and LoRA from what they have changed. Rebuilt from the abstract and an
    /// implementation by others.
    /// </summary>
    public static Method SLora => FedIt with
    {
        Id = "slora",
        Name = "SLoRA",
        Paper = new("Babakniya et al.", 2023, "arXiv:2308.06522"),
        Summary = "FedIT whose factors begin at the change that a few rounds of sparse fine-tuning made",
        Challenges = [Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig>(StringComparer.Ordinal) { ["base"] = new FullConfig(), ["low"] = new LoraConfig() }),
        Sharing = OfBase(Visibility.Frozen),
        Capacity = new Capacity.Entries(Density: 0.01, Adapters: ["base"]),
        ServerStep = new ServerStep.FactorChange(Whole: "base", Low: "low", After: 5),
        Schedule = new Schedule.Stages([new Stage(1, new Overrides(Sharing: OfBase(Visibility.Shared, low: Visibility.Frozen))), new Stage(6, Overrides.None)]),
    };
}
