using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>Baseline: one model on the union of all data, the upper bound that federation gives up.</summary>
    public static Method Pooled => FedIt with
    {
        Id = "pooled",
        Name = "Pooled",
        Paper = null,
        Family = "baseline",
        Summary = "one model on the union of all data, with the steps of all; no update travels, the rows would have",
        Cohort = new Cohort.Union(),
    };
}
