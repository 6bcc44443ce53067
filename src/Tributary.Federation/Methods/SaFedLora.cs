using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// SA-FedLora: two rounds of the whole model, held near what was received, which every client is handed with the next round; from then on LoRA whose rank falls. Rebuilt
    /// from the abstract: lengths, schedule and cut are reconstructions.
    /// </summary>
    public static Method SaFedLora => FedIt with
    {
        Id = "sa-fedlora",
        Name = "SA-FedLora",
        Paper = new("Yang et al.", 2024, "arXiv:2405.09394"),
        Summary = "FedIT after a few proximal rounds of the whole model, with a rank that is annealed",
        Challenges = [Challenge.Communication, Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig>(StringComparer.Ordinal) { ["base"] = new FullConfig(), ["low"] = new LoraConfig(Rank: 16, Alpha: 32) }),
        Sharing = OfBase(Visibility.Kept),
        Capacity = new Capacity.Annealed(),
        Cohort = new Cohort.All(),
        Dispatch = new Dispatch.Slice(),
        Schedule = new Schedule.Stages(
        [
            new Stage(1, new Overrides(Sharing: OfBase(Visibility.Shared, Visibility.Frozen), Losses: [new LossTerm.Task(), new LossTerm.Proximal(Mu: 0.01)])),
            new Stage(3, new Overrides(Sharing: OfBase(Visibility.Handed))),
            new Stage(4, Overrides.None),
        ]),
    };

    private static Sharing.ByAdapter OfBase(Visibility whole, Visibility low = Visibility.Shared) =>
        new(new Dictionary<string, Visibility>(StringComparer.Ordinal) { ["base"] = whole, ["low"] = low });
}
