using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>A base as the clients who hold it begin a run with it.</summary>
/// <param name="Layout">The tensors that they train.</param>
/// <param name="Initial">What these begin as.</param>
/// <param name="States">Where they keep what is theirs.</param>
public sealed record HeldBase(Federation.Messages.TensorLayout Layout, ParameterSet Initial, ClientStateStore States);

/// <summary>The bases of a run as clients begin with them, and who holds which.</summary>
public sealed class HeldBases
{
    private readonly Backbones backbones;
    private readonly Dictionary<Backbone, HeldBase> bases;

    /// <summary>Begins a run or goes on with it; clients of different shapes have their states in folders of their own.</summary>
    public HeldBases(RunSetup setup, RunFolder folder)
    {
        (backbones, AreAlike) = (setup.Backbones, setup.Backbones.AreAlike);
        bases = backbones.All.Select((backbone, i) => (backbone, i)).ToDictionary(one => one.backbone, one => new HeldBase(
            one.backbone.Layout,
            one.backbone.Initial(setup.Method, setup.Seed),
            new ClientStateStore(AreAlike || one.i == 0 ? folder.Clients : $"{folder.Clients}-{one.i}", MessageSchemas.Client(one.backbone.Layout, setup.Method))));
    }

    /// <summary>Whether all have the same tensors, so that what the server knows is all there is.</summary>
    public bool AreAlike { get; }

    /// <summary>The base that a client holds.</summary>
    public HeldBase Of(string client) => bases[backbones.Of(client)];

    /// <summary>A base.</summary>
    public HeldBase On(Backbone backbone) => bases[backbone];

    /// <summary>After a crash: settles every client's pending state by what the journal says.</summary>
    public void Recover(Func<OrderKey, bool> isAcknowledged)
    {
        foreach (var held in AreAlike ? bases.Values.Take(1) : bases.Values)
        {
            held.States.Recover(isAcknowledged);
        }
    }
}
