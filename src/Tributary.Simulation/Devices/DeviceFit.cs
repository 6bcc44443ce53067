using Tributary.Federation.Devices;
using Tributary.Federation.Experiments;
using Tributary.Federation.Ledger;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Simulation.Devices;

/// <summary>Whether clients' machines can hold their parts, found before the first round.</summary>
/// <param name="Needs">What each client needs, by id.</param>
/// <param name="TooSmall">Ids of those whose machines have less, in order.</param>
/// <param name="Shortages">One line for each of them: what it needs and what it has.</param>
/// <param name="Reasons">One line for all of them with the same machine and remedy: what they need, what they have, and the remedy.</param>
public sealed record DeviceFit(
    IReadOnlyDictionary<string, MemoryNeed> Needs, IReadOnlyList<string> TooSmall, IReadOnlyDictionary<string, string> Shortages, IReadOnlyList<string> Reasons)
{
    private const int MostNamed = 8;

    /// <summary>
    /// The run with clients whose machines can hold their parts: the others are left out with their data where the experiment says so. Where some device has memory, a step of
    /// training is taken to see what it needs.
    /// </summary>
    /// <exception cref="ImpossibleException">Some cannot and the experiment does not leave them out, or too few are left.</exception>
    internal static RunSetup Require(RunSetup setup, Experiment experiment)
    {
        if (setup.Devices?.Values.All(device => device.MemoryBytes is null) != false)
        {
            return setup;
        }

        var steps = ClientMemories.Measure(setup);
        var equipped = Budgeted(setup, steps);
        var fit = Of(equipped, steps);
        if (fit.Reasons.Count > 0 && experiment.Devices!.TooSmall == Federation.Devices.TooSmall.Refuse)
        {
            throw new ImpossibleException(experiment.File, fit.Reasons);
        }

        return Without(equipped with { Fit = fit }, fit.TooSmall, experiment);
    }

    /// <summary>The run without some of its clients.</summary>
    /// <exception cref="ImpossibleException">Too few are left.</exception>
    internal static RunSetup Without(RunSetup setup, IReadOnlyList<string> absent, Experiment experiment)
    {
        if (absent.Count == 0)
        {
            return setup;
        }

        OwnerData[] left = [.. setup.Owners.Where(owner => !absent.Contains(owner.Id, StringComparer.Ordinal))];
        if (left.Length == 0)
        {
            var least = setup.Fit!.Needs.Values.Min(need => need.Bytes);
            throw new ImpossibleException(experiment.File,
                [$"every client's machine is too small: at least {MemoryNeed.Size(least)} of memory is needed; lower training.batch_size or training.max_length, or keep the base smaller (backend.base_dtype)"]);
        }

        experiment.RequireClients(left.Length, setup.Fit!.Describe(absent));
        return setup with { Owners = left, Trainers = left, Parallel = Math.Min(setup.Parallel, left.Length) };
    }

    /// <summary>What everybody needs and who has less.</summary>
    internal static DeviceFit Of(RunSetup setup, IReadOnlyDictionary<Backbone, MeasuredSteps> steps)
    {
        var memories = new ClientMemories(setup, steps);
        var updates = UpdateBytes(setup);
        var needs = setup.Trainers.ToDictionary(owner => owner.Id, owner => memories.Of(owner.Id).Of(owner, updates), StringComparer.Ordinal);
        string[] small = [.. setup.Trainers.Select(owner => owner.Id).Where(id => setup.Devices?[id].MemoryBytes is { } has && needs[id].Bytes > has)];
        var shortages = small.ToDictionary(id => id, id => Shortage(id, setup.Devices![id], needs[id]), StringComparer.Ordinal);
        return new DeviceFit(needs, small, shortages, Together(small, setup.Devices, needs, shortages));
    }

    /// <summary>Bytes of the updates of base weights that clients receive in the end; 0 where the method has none.</summary>
    internal static long UpdateBytes(RunSetup setup) => !ServerRules.ChangesBase(setup.Method.ServerStep) ? 0
        : sizeof(float) * TrafficForecast.Of(setup.Plan, setup.Initial()).Last().BaseElements;

    /// <summary>What clients that are left out need and have, the first of them by name.</summary>
    public string Describe(IReadOnlyList<string> absent) =>
        string.Join(", ", absent.Take(MostNamed).Select(id => Shortages[id])) + (absent.Count > MostNamed ? $" and {absent.Count - MostNamed} clients more" : "");

    /// <summary>
    /// The run with memory as the budget of clients who choose among blocks by what these keep for the way back (Fed-piLot): what is left beside everything else, in the
    /// activations of a block. A client without a limit has everything.
    /// </summary>
    internal static RunSetup Budgeted(RunSetup setup, IReadOnlyDictionary<Backbone, MeasuredSteps> steps)
    {
        if (setup.Method.Capacity is not Capacity.Knapsack { Cost: UnitCost.Depth } knapsack || setup.Devices is not { } devices)
        {
            return setup;
        }

        var memories = new ClientMemories(setup, steps);
        var budgets = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var owner in setup.Trainers)
        {
            var (need, blocks) = (memories.Of(owner.Id).Of(owner, 0), setup.Backbones.Of(owner.Id).Model.Shape.Layers);
            var room = devices[owner.Id].MemoryBytes is { } has ? (has - need.WithoutActivations) / Math.Max(1.0, need.Activations) : 1;

            // All together cost blocks · (blocks + 1) / 2 times the activations of one.
            budgets[owner.Id] = room >= 1 ? 1 : Math.Max(0, room * blocks) * 2 / (blocks * (blocks + 1.0));
        }

        return setup with { Method = setup.Method with { Capacity = knapsack with { ByClient = budgets } } };
    }

    // Clients of one kind of machine differ in their rows alone: the one that needs most speaks for them.
    private static string[] Together(
        IEnumerable<string> small, IReadOnlyDictionary<string, DeviceProfile>? devices, IReadOnlyDictionary<string, MemoryNeed> needs, IReadOnlyDictionary<string, string> shortages) =>
    [
        .. from id in small
           group id by (Device: devices![id], Remedy: Remedy(devices[id], needs[id])) into alike
           let most = alike.MaxBy(id => needs[id].Bytes)!
           let what = alike.Count() == 1 ? shortages[most]
               : $"{alike.Count()} clients ({alike.Key.Device.Name}: {Names([.. alike])}) need up to {MemoryNeed.Size(needs[most].Bytes)} each and have {MemoryNeed.Size(alike.Key.Device.MemoryBytes!.Value)}"
           select $"{what} ({needs[most]}); {alike.Key.Remedy}, or set devices.too_small: leave_out",
    ];

    private static string Names(string[] ids) => string.Join(", ", ids.Take(MostNamed)) + (ids.Length > MostNamed ? $" and {ids.Length - MostNamed} more" : "");

    private static string Shortage(string id, DeviceProfile device, MemoryNeed need) =>
        $"client '{id}' ({device.Name}) needs {MemoryNeed.Size(need.Bytes)} and has {MemoryNeed.Size(device.MemoryBytes!.Value)}";

    private static string Remedy(DeviceProfile device, MemoryNeed need) => need.WithoutActivations <= device.MemoryBytes
        ? "lower training.batch_size or training.max_length, or give its profile fewer layers"
        : need.Bytes - need.Values - need.Activations <= device.MemoryBytes ? "give its profile a lower rank or fewer layers, or keep the base smaller (base_dtype)"
        : "keep the base smaller (base_dtype) or take a smaller model";
}
