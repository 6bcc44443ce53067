using Tributary.Federation.Experiments;
using Tributary.Numerics;

namespace Tributary.Federation.Methods;

/// <summary>Every method this build knows, one file each.</summary>
public static partial class Catalogue
{
    /// <summary>All methods, in the order of the family tree.</summary>
    public static IReadOnlyList<Method> All =>
    [
        FedIt, FedAvgM, FedMom, FedAdagrad, FedAdam, FedYogi, FedProx, Scaffold,
        FfaLora, RoLora, FedSaLora,
        Rbla, HetLora, FlexLora, FedHm, ByunLeeReplication,
        Flora, FedHft, FedExLora, LoraFair, FedeRa, LoraA2,
        FedRa, Flasc, FedPilot, FedPipe, SaFedLora, SLora, FederatedScopeLlm, FederatedOffsiteTuning,
        FedPeft, RaFfm, SelectiveLayerFt, DpBitFit, FedAda, Pwff, FedTt, FedTtPlus, FedAdapter,
        FedPrompt, FedPsfLlm,
        PFedPg, FedHpl,
        FedDpa, FdLora, PerFit, FedAmole, FedLoraWu, PFedLora, FedMem, LpFl,
        FedKSeed, FedKSeedPro, Spry,
        FedBuff, FedAsync, HierFavg,
        SplitLora, SplitFed, FedSplitX,
        LocalOnly, Pooled,
    ];

    /// <summary>The method of that id.</summary>
    /// <exception cref="InputException">There is none; the message names the nearest.</exception>
    public static Method Find(string id) =>
        All.FirstOrDefault(method => method.Id == id)
        ?? throw new InputException($"unknown method '{id}'{Nearest.Hint(id, All.Select(method => method.Id))}; `tributary methods` lists all");

    /// <summary>The methods of a family.</summary>
    /// <exception cref="InputException">There is no such family; the message names the nearest.</exception>
    public static IReadOnlyList<Method> OfFamily(string family)
    {
        var found = All.Where(method => method.Family == family).ToArray();
        return found.Length > 0
            ? found
            : throw new InputException($"unknown family '{family}'{Nearest.Hint(family, All.Select(method => method.Family).Distinct())}");
    }
}
