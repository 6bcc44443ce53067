using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>LoRA-A²: RoLoRA whose clients train and send, within a budget, the rank slots that a trial epoch moves most, in whichever modules they are.</summary>
    public static Method LoraA2 => RoLora with
    {
        Id = "lora-a2",
        Name = "LoRA-A²",
        Paper = new("Koo et al.", 2024, "arXiv:2410.22815"),
        Summary = "RoLoRA by data size whose clients train and send the rank slots that move most",
        Challenges = [Challenge.Communication, Challenge.NonIid, Challenge.Memory, Challenge.Compute],
        Adaptation = new LoraConfig(Rank: 16, Alpha: 16),
        Capacity = new Capacity.Slots(),
        Cohort = new Cohort.All(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { LearningRateFactors = new Dictionary<string, double> { ["lora_B"] = 5 } }),
        Codec = new Codec(Up: new Encoding.Deltas()),
        Weighting = new Weighting.Examples(),
        Combine = new Combine.Factors(Normaliser.All),
        Schedule = new Schedule.Parity(
            Odd: new Overrides(Sharing: Sharing.ByFactor(loraA: Visibility.Fixed, head: Visibility.Frozen)),
            Even: new Overrides(Sharing: Sharing.ByFactor(loraB: Visibility.Fixed, head: Visibility.Frozen))),
    };
}
