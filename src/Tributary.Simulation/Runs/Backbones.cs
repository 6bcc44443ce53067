using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;

namespace Tributary.Simulation.Runs;

/// <summary>The bases of a run, each opened once, and which client holds which.</summary>
/// <param name="Own">The experiment's own, which the server has; clients that are not named hold it too.</param>
/// <param name="ByClient">Those of clients whose machines hold another, by id.</param>
public sealed record Backbones(Backbone Own, IReadOnlyDictionary<string, Backbone> ByClient) : IDisposable
{
    /// <summary>All of them, the experiment's own first and the others in the order of the clients.</summary>
    public IReadOnlyList<Backbone> All { get; } = [Own, .. ByClient.OrderBy(held => held.Key, StringComparer.Ordinal).Select(held => held.Value).Where(held => held != Own).Distinct()];

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
