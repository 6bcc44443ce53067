using Tributary.Federation.Devices;
using Tributary.Federation.Experiments;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;

namespace Tributary.Simulation.Runs;

/// <summary>The bases of a run, each opened once, and which client holds which.</summary>
/// <param name="Own">The experiment's own, which the server has; clients that are not named hold it too.</param>
/// <param name="ByClient">Those of clients whose machines hold another, by id.</param>
public sealed record Backbones(Backbone Own, IReadOnlyDictionary<string, Backbone> ByClient) : IDisposable
{
    /// <summary>All of them, the experiment's own first and the others in the order of the clients.</summary>
    public IReadOnlyList<Backbone> All { get; } = [Own, .. ByClient.OrderBy(held => held.Key, StringComparer.Ordinal).Select(held => held.Value).Where(held => held != Own).Distinct()];

    /// <summary>Whether all have the same trainable tensors in the same shapes; otherwise there is no model of all.</summary>
    public bool AreAlike => All.Skip(1).All(other => BaseRules.AreAlike(Own.Layout, other.Layout));

    /// <summary>Whether all are one model, kept in one way or another.</summary>
    public bool AreOneModel => All.All(other => other.Folder == Own.Folder);

    /// <summary>The tensors that the server knows.</summary>
    public TensorLayout Layout(Method method) => BaseRules.Common(method, Own.Layout, All.Skip(1).Select(other => other.Layout));

    /// <summary>The base that a client trains on.</summary>
    public Backbone Of(string client) => ByClient.GetValueOrDefault(client, Own);

    /// <summary>The same with the adapters of an experiment's method.</summary>
    public Backbones For(Experiment experiment, Method method)
    {
        var adapted = All.ToDictionary(backbone => backbone, backbone => backbone.For(experiment, method));
        return new Backbones(adapted[Own], ByClient.ToDictionary(held => held.Key, held => adapted[held.Value], StringComparer.Ordinal));
    }

    /// <summary>The same where these clients hold that base.</summary>
    public Backbones With(IEnumerable<string> clients, Backbone backbone) => new(
        Own, ByClient.Where(held => !clients.Contains(held.Key, StringComparer.Ordinal)).Concat(clients.Select(client => KeyValuePair.Create(client, backbone))).ToDictionary(StringComparer.Ordinal));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var backbone in All)
        {
            backbone.Dispose();
        }
    }
}
