using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedTT+: one of the three cores of every projection is trained in a round, so that averages are exact; the last begins, as it is zero in the up-projection.</summary>
    public static Method FedTtPlus => FedTt with
    {
        Id = "fedtt-plus",
        Name = "FedTT+",
        Summary = "FedTT that trains and sends one core of each projection in turn; exact averages",
        Cohort = new Cohort.All(),
        Schedule = new Schedule.Cycle([TrainingCore(2), TrainingCore(0), TrainingCore(1)]),
    };

    private static Overrides TrainingCore(int core) => new(Sharing: new Sharing.ByName(
        Enumerable.Range(0, 3).Where(other => other != core).ToDictionary(other => $"cores.{other}", _ => Visibility.Fixed)));
}
