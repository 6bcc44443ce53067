using System.Globalization;
using Tributary.Federation.Devices;
using Tributary.Federation.Ledger;
using Tributary.Federation.Parts.Paces;
using Tributary.Simulation.Devices;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>Sums the forecasts of rounds machine by machine.</summary>
internal sealed class PlannedDevices(RunSetup setup, DeviceFit fit)
{
    private readonly Dictionary<string, (Figure Up, Figure Down, SecondsFigure Transfer)> byProfile = new(StringComparer.Ordinal);
    private readonly long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    private SecondsFigure transfer;

    /// <summary>Seconds on the wire in all rounds.</summary>
    public SecondsFigure? TransferSeconds => Transfers.AreKnown(setup.Devices) ? transfer : null;

    /// <summary>What each client needs and whether its machine has it.</summary>
    public IReadOnlyList<ClientForecast> Clients => [.. setup.Trainers.Select(owner => Of(owner.Id))];

    /// <summary>The machines; null where nothing is said of them.</summary>
    public IReadOnlyList<DeviceForecast>? Profiles => setup.Devices is not { } devices ? null :
        [.. devices.GroupBy(device => device.Value.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Of(group.First().Value, [.. group.Select(device => device.Key)]))];

    /// <summary>Adds a round.</summary>
    public void Add(RoundForecast round)
    {
        if (setup.Devices is not { } devices || round.Each.Count == 0)
        {
            return;
        }

        var seconds = round.Cohort.Select((client, i) => new SecondsFigure(devices[client].TransferSeconds(round.Each[i].Least), devices[client].TransferSeconds(round.Each[i].Most))).ToArray();
        for (var i = 0; i < seconds.Length; i++)
        {
            var (least, most) = round.Each[i];
            Note(devices[round.Cohort[i]].Name, new Figure(least.Up.Bytes, most.Up.Bytes), new Figure(least.Down.Bytes, most.Down.Bytes), seconds[i]);
        }

        // Whom the server waits for is not known where it does not wait for all.
        var awaited = Math.Clamp(PaceRules.Awaited(round.Method.Pace, seconds.Length), 1, seconds.Length);
        transfer = new SecondsFigure(transfer.Min + seconds.Select(one => one.Min).Order().ElementAt(awaited - 1), transfer.Max + seconds.Max(one => one.Max));
    }

    private void Note(string profile, Figure up, Figure down, SecondsFigure seconds) => byProfile[profile] = byProfile.TryGetValue(profile, out var so)
        ? (so.Up.With(up), so.Down.With(down), so.Transfer.With(seconds))
        : (up, down, seconds);

    private ClientForecast Of(string client)
    {
        var need = fit.Needs[client];
        var device = setup.Devices?.GetValueOrDefault(client);
        var has = device?.MemoryBytes ?? available;
        return new ClientForecast(client, need.Bytes, need.Bytes <= has, string.Create(
            CultureInfo.InvariantCulture, $"{need}; {(device?.MemoryBytes is null ? "this machine" : device.Name)} has {MemoryNeed.Size(has)}")) { Profile = device?.Name };
    }

    private DeviceForecast Of(DeviceProfile device, string[] clients)
    {
        var known = byProfile.TryGetValue(device.Name, out var sum);
        var knowsTransfer = known && (device.BandwidthUp is not null || device.BandwidthDown is not null);
        return new DeviceForecast(
            device.Name, clients.Length, device.Rank, device.Layers, device.MemoryBytes, clients.Max(client => fit.Needs[client].Bytes),
            clients.Count(client => !fit.TooSmall.Contains(client, StringComparer.Ordinal)), known ? sum.Up : null, known ? sum.Down : null, knowsTransfer ? sum.Transfer : null)
        {
            BaseTypes = DeviceResults.BaseTypes(setup, clients),
            Model = device.Model is { } folder ? Path.GetFileName(folder.TrimEnd(Path.DirectorySeparatorChar)) : null,
        };
    }
}

/// <summary>One kind of machine before the run.</summary>
/// <param name="Profile">Its name.</param>
/// <param name="Clients">Clients that have it.</param>
/// <param name="Rank">Most ranks of its adapters; null is the adaptation's own.</param>
/// <param name="Layers">Most blocks that it trains; null is all.</param>
/// <param name="MemoryBytes">Its memory; null is not known.</param>
/// <param name="NeededBytes">Memory of the largest process of these clients.</param>
/// <param name="Fits">How many of them it is enough for.</param>
/// <param name="BytesUp">What one of them sends in a round in which it takes part; null when none ever does.</param>
/// <param name="BytesDown">What one of them receives in such a round.</param>
/// <param name="TransferSeconds">How long that is on the wire; null without bandwidths.</param>
public sealed record DeviceForecast(
    string Profile, int Clients, int? Rank, int? Layers, long? MemoryBytes, long NeededBytes, int Fits, Figure? BytesUp, Figure? BytesDown, SecondsFigure? TransferSeconds)
{
    /// <summary>How its clients keep frozen weights, largest first; more than one where each has what its memory has room for.</summary>
    public required IReadOnlyList<string> BaseTypes { get; init; }

    /// <summary>Name of the model that its clients hold; null is the experiment's.</summary>
    public string? Model { get; init; }
}
