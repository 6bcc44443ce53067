using Tributary.Federation.Ledger;
using Tributary.Federation.Results;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.Devices;

/// <summary>How long bodies are on the wire at the devices' bandwidths; clients transfer side by side, a client's bodies one after another.</summary>
public static class Transfers
{
    /// <summary>The longest of a round's participants; null where no device has a bandwidth.</summary>
    public static Elapsed? Longest(IReadOnlyDictionary<string, DeviceProfile>? devices, RoundReport report)
    {
        if (!AreKnown(devices))
        {
            return null;
        }

        var heard = report.Participants.ToHashSet(StringComparer.Ordinal);
        return new Elapsed(report.Traffic.Where(traffic => heard.Contains(traffic.Client)).GroupBy(traffic => traffic.Client, StringComparer.Ordinal)
            .Select(client => devices![client.Key].TransferSeconds(client.Aggregate(default(TrafficSum), (sum, traffic) => sum + new TrafficSum(traffic.Up, traffic.Down))))
            .DefaultIfEmpty().Max());
    }

    /// <summary>Whether some device has a bandwidth.</summary>
    public static bool AreKnown(IReadOnlyDictionary<string, DeviceProfile>? devices) => devices?.Values.Any(device => device.HasBandwidth) == true;
}
