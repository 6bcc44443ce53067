using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// Replication padding: the mean of the larger adapters fills up the smaller ones, which is to average each rank over its owners. Who gets the larger rank is decided once,
    /// by validation. Rebuilt from the survey and an independent summary.
    /// </summary>
    public static Method ByunLeeReplication => Rbla with
    {
        Id = "byun-lee-replication",
        Name = "Replication padding",
        Paper = new("Byun and Lee", 2024, "arXiv:2406.17477"),
        Summary = "RBLA with two ranks, the larger for those who validate best after a first round of all",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Adaptation = new LoraConfig(Rank: 20, Alpha: 40),
        Capacity = new Capacity.Promoted(),
        Cohort = new Cohort.Uniform(Fraction: 0.1),
        LocalProgram = new LocalProgram(Withheld: new Withheld(), Reports: [new Report.Losses()]),
        Schedule = new Schedule.Stages([new Stage(1, new Overrides(Cohort: new Cohort.All())), new Stage(2, Overrides.None)]),
    };
}
