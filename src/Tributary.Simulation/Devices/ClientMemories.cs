using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Simulation.Devices;

/// <summary>Memory of the clients of a run, each over the base that it holds.</summary>
/// <param name="setup">The run.</param>
/// <param name="steps">What passes over each of its bases take.</param>
internal sealed class ClientMemories(RunSetup setup, IReadOnlyDictionary<Backbone, MeasuredSteps> steps)
{
    private readonly Dictionary<Backbone, ClientMemory> memories = steps.ToDictionary(one => one.Key, one => new ClientMemory(setup, one.Key, one.Value));

    /// <summary>Takes a step of training over each base that somebody uses.</summary>
    public static IReadOnlyDictionary<Backbone, MeasuredSteps> Measure(RunSetup setup) => setup.InUse.ToDictionary(backbone => backbone, backbone => MeasuredSteps.Once(setup, backbone));

    /// <summary>Memory over a base.</summary>
    public ClientMemory On(Backbone backbone) => memories[backbone];

    /// <summary>Memory over the base that a client holds.</summary>
    public ClientMemory Of(string client) => memories[setup.Backbones.Of(client)];
}
