using Tributary.Federation.Devices;
using Tributary.Federation.Ledger;
using Tributary.Federation.Results;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Devices;

/// <summary>What travelled to and from each kind of machine.</summary>
internal static class DeviceResults
{
    /// <summary>The machines of a run, by name; null where nothing is said of them.</summary>
    public static IReadOnlyList<DeviceResult>? Of(RunSetup setup, TrafficLedger ledger) => setup.Devices is not { } devices ? null :
        [.. devices.OrderBy(device => device.Key, StringComparer.Ordinal).GroupBy(device => device.Value.Name, device => device, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Of(group.First().Value, [.. group.Select(device => device.Key)], setup.Fit, ledger))];

    private static DeviceResult Of(DeviceProfile device, string[] clients, DeviceFit? fit, TrafficLedger ledger)
    {
        string[] absent = [.. clients.Where(client => fit?.TooSmall.Contains(client, StringComparer.Ordinal) == true)];
        var sums = clients.Select(client => ledger.Clients.GetValueOrDefault(client)).ToArray();
        return new DeviceResult(
            device.Name, [.. clients.Except(absent, StringComparer.Ordinal)], absent, device.Rank, device.Layers, device.MemoryBytes,
            fit is null ? null : clients.Max(client => fit.Needs[client].Bytes), sums.Sum(sum => sum.Up.Bytes), sums.Sum(sum => sum.Down.Bytes),
            device.BandwidthUp is null && device.BandwidthDown is null ? null : new Elapsed(sums.Max(device.TransferSeconds)));
    }
}
