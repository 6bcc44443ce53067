using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>Baseline: every owner trains alone with the same budget; nothing but statistics travels.</summary>
    public static Method LocalOnly => FedIt with
    {
        Id = "local-only",
        Name = "Local only",
        Paper = null,
        Family = "baseline",
        Summary = "every owner trains alone",
        Cohort = new Cohort.All(),
        Sharing = new Sharing.AllPrivate(),
        Serving = new Serving.GlobalAndPrivate(),
    };
}
