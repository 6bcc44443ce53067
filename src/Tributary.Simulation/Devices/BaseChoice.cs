using Tributary.Federation.Experiments;
using Tributary.Numerics.Storage;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Simulation.Devices;

/// <summary>
/// In how many bits clients keep their base where the method leaves that to their memory (<see cref="Federation.Parts.Capacity.Bits"/>): in as many as leave room for everything
/// else, found by a step of training over each candidate; in the fewest where none does.
/// </summary>
internal static class BaseChoice
{
    /// <summary>The run in which every client that may choose holds the base of its choice.</summary>
    public static RunSetup Of(RunSetup setup, Experiment experiment)
    {
        string[] waiting = [.. setup.Trainers.Select(owner => owner.Id).Where(id => setup.Devices?.GetValueOrDefault(id) is { MemoryBytes: not null, BaseType: null })];
        if (setup.Method.Capacity.Bits is not { } bits || waiting.Length == 0)
        {
            return setup;
        }

        var chosen = setup;
        var types = bits.Distinct().OrderDescending().Select(one => StorageTypes.OfBits(one)!.Value).ToArray();
        foreach (var model in waiting.GroupBy(setup.Backbones.Of))
        {
            string[] left = [.. model];
            foreach (var type in types)
            {
                left = [.. Chosen(ref chosen, experiment, model.Key, type, left, type == types[^1])];
            }
        }

        foreach (var unused in setup.Backbones.All.Except(chosen.Backbones.All))
        {
            unused.Dispose();
        }

        return chosen;
    }

    // Those for whom the weights are too large like this: others hold them so from now on.
    private static IEnumerable<string> Chosen(ref RunSetup chosen, Experiment experiment, Backbone model, Numerics.StorageType type, string[] clients, bool isLast)
    {
        if (clients.Length == 0)
        {
            return clients;
        }

        var known = chosen.Backbones.All.FirstOrDefault(backbone => backbone.Model.Backend == model.Model.Backend && (backbone.Folder, backbone.Adaptation, backbone.Storage) == (model.Folder, model.Adaptation, type));
        var backbone = known ?? model.Kept(experiment, type).For(experiment, chosen.Method);
        var all = chosen with { Backbones = chosen.Backbones.With(clients, backbone) };
        var memory = new ClientMemory(all, backbone, MeasuredSteps.Once(all, backbone));
        var updates = DeviceFit.UpdateBytes(all);
        string[] fitting = isLast ? clients : [.. all.Trainers.Where(owner => clients.Contains(owner.Id, StringComparer.Ordinal)
            && memory.Of(owner, updates).Bytes <= all.Devices![owner.Id].MemoryBytes).Select(owner => owner.Id)];
        if (fitting.Length > 0)
        {
            chosen = chosen with { Backbones = chosen.Backbones.With(fitting, backbone) };
        }
        else if (known is null)
        {
            backbone.Dispose();
        }

        return clients.Except(fitting, StringComparer.Ordinal);
    }
}
