using Tributary.Federation.Devices;
using Tributary.Federation.Ledger;
using Tributary.Federation.Results;
using Tributary.Numerics.Storage;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Devices;

/// <summary>What travelled to and from each kind of machine.</summary>
internal static class DeviceResults
{
    /// <summary>The machines of a run, by name; null where nothing is said of them.</summary>
    public static IReadOnlyList<DeviceResult>? Of(RunSetup setup, TrafficLedger ledger) => setup.Devices is not { } devices ? null :
        [.. devices.OrderBy(device => device.Key, StringComparer.Ordinal).GroupBy(device => device.Value.Name, device => device, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Of(setup, group.First().Value, [.. group.Select(device => device.Key)], ledger))];

    /// <summary>How clients keep frozen weights, largest first.</summary>
    public static IReadOnlyList<string> BaseTypes(RunSetup setup, IEnumerable<string> clients) =>
        [.. clients.Select(client => setup.Backbones.Of(client).Storage).Distinct().Order().Select(StorageTypes.Name)];

    private static DeviceResult Of(RunSetup setup, DeviceProfile device, string[] clients, TrafficLedger ledger)
    {
        var fit = setup.Fit;
        string[] absent = [.. clients.Where(client => fit?.TooSmall.Contains(client, StringComparer.Ordinal) == true)];
        var sums = clients.Select(client => ledger.Clients.GetValueOrDefault(client)).ToArray();
        return new DeviceResult(
            device.Name, [.. clients.Except(absent, StringComparer.Ordinal)], absent, device.Rank, device.Layers, device.MemoryBytes,
            fit is null ? null : clients.Max(client => fit.Needs[client].Bytes), sums.Sum(sum => sum.Up.Bytes), sums.Sum(sum => sum.Down.Bytes),
            device.BandwidthUp is null && device.BandwidthDown is null ? null : new Elapsed(sums.Max(device.TransferSeconds)))
        {
            BaseTypes = BaseTypes(setup, clients),
            Model = device.Model is { } folder ? Path.GetFileName(folder.TrimEnd(Path.DirectorySeparatorChar)) : null,
        };
    }
}
