using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Capacities;

namespace Tributary.Federation.Rounds;

/// <summary>One question to the cohort and its answers. A round is a list of them, joined updates come from <see cref="Train"/>.</summary>
/// <param name="Name">Its name in keys and folders.</param>
public sealed record Exchange(string Name)
{
    /// <summary>The model goes out, and what units of it mean to each client comes back, by a gradient of one batch; the server then chooses who trains which.</summary>
    public static Exchange Probe { get; } = new("probe");

    /// <summary>The model goes out, unless it did before in the round; trained updates come back.</summary>
    public static Exchange Train { get; } = new("train");

    /// <summary>The exchanges of a round, one after another.</summary>
    /// <param name="method">The parts that hold in the round.</param>
    public static IReadOnlyList<Exchange> Of(Method method) => LayerRules.Probed(method.Capacity) is null ? [Train] : [Probe, Train];

    /// <summary>Whether the model goes out in it: in the first of a round alone, and clients keep it for those that follow.</summary>
    public bool SendsModel(Method method) => this == Of(method)[0];
}
