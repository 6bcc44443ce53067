using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Paces;

namespace Tributary.Federation.Devices;

/// <summary>How long simulated clients take from order to answer, in seconds of the run's own clock: their work, and what travels at the bandwidths of their machines.</summary>
/// <param name="Work">How long they work.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Machines">Their machines; null where nothing is said of them, and bodies take no time.</param>
public sealed record AnswerTimes(Durations Work, long Seed, IReadOnlyDictionary<string, DeviceProfile>? Machines = null)
{
    /// <summary>Whether anything is said of them: otherwise all take a second, for the order's sake.</summary>
    public bool AreGiven => Work != new Durations.Constant() || Transfers.AreKnown(Machines);

    /// <summary>Whether it matters for a client's time what travels.</summary>
    public bool CountsBytes(string client) => Machines?.GetValueOrDefault(client)?.HasBandwidth == true;

    /// <summary>Seconds until the work on a version is done, once its body has come.</summary>
    public double Done(string client, int version, MessageLength body) => Work.Of(Seed, client, version) + OnTheWire(client, new TrafficSum(default, body));

    /// <summary>Seconds for which bodies to and from a client are on the wire.</summary>
    public double OnTheWire(string client, TrafficSum bytes) => Machines?.GetValueOrDefault(client)?.TransferSeconds(bytes) ?? 0;
}
