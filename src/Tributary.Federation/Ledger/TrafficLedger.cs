using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.Ledger;

/// <summary>Exact bytes of a run, by round and by client.</summary>
public sealed class TrafficLedger : IRunObserver
{
    private readonly SortedDictionary<int, TrafficSum> rounds = [];
    private readonly SortedDictionary<string, TrafficSum> clients = new(StringComparer.Ordinal);

    /// <summary>Bytes of all rounds.</summary>
    public TrafficSum Total { get; private set; }

    /// <summary>Bytes by round.</summary>
    public IReadOnlyDictionary<int, TrafficSum> Rounds => rounds;

    /// <summary>Bytes by client.</summary>
    public IReadOnlyDictionary<string, TrafficSum> Clients => clients;

    /// <inheritdoc/>
    public void OnRound(RoundReport report)
    {
        rounds.TryAdd(report.Round, default); // also when nothing travelled
        foreach (var traffic in report.Traffic)
        {
            var sum = new TrafficSum(traffic.Up, traffic.Down);
            Total += sum;
            rounds[report.Round] += sum;
            clients[traffic.Client] = clients.GetValueOrDefault(traffic.Client) + sum;
        }
    }
}

/// <summary>Bytes in both directions.</summary>
/// <param name="Up">From clients to the server.</param>
/// <param name="Down">From the server to clients.</param>
public readonly record struct TrafficSum(MessageLength Up, MessageLength Down)
{
    /// <summary>Both summed.</summary>
    public static TrafficSum operator +(TrafficSum a, TrafficSum b) => new(a.Up + b.Up, a.Down + b.Down);
}
