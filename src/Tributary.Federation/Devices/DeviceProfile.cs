using Tributary.Federation.Ledger;
using Tributary.Learning.Adaptation;
using Tributary.Numerics;

namespace Tributary.Federation.Devices;

/// <summary>A kind of machine that clients have; what is null sets no limit.</summary>
/// <param name="Name">Its name in the experiment file.</param>
/// <param name="Rank">Most ranks of the adapters that it trains.</param>
/// <param name="Layers">Most blocks that it trains: the last ones, as many as the method draws, or the first ones where the method cuts the model.</param>
/// <param name="MemoryBytes">Memory for a process that trains.</param>
/// <param name="BandwidthUp">Bits per second from client to server.</param>
/// <param name="BandwidthDown">Bits per second from server to client.</param>
public sealed record DeviceProfile(string Name, int? Rank = null, int? Layers = null, long? MemoryBytes = null, double? BandwidthUp = null, double? BandwidthDown = null)
{
    private const int BitsPerByte = 8;

    /// <summary>Share of the inner units of every feed-forward network that its model has, above 0 … 1; null is all.</summary>
    public double? Width { get; init; }

    /// <summary>Clients that have it, by id.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>How its clients keep frozen weights; null leaves it to the method, or to the experiment where the method does not choose.</summary>
    public StorageType? BaseType { get; init; }

    /// <summary>Folder of the model that its clients hold, absolute; null is the experiment's.</summary>
    public string? Model { get; init; }

    /// <summary>What its clients train; null is what the method does.</summary>
    public AdapterConfig? Adaptation { get; init; }

    /// <summary>Whether its clients hold a model or adapters of their own.</summary>
    public bool HasOwnModel => Model is not null || Adaptation is not null;

    /// <summary>The share of the clients nobody names that have it, relative to the other shares; null is none.</summary>
    public double? Share { get; init; }

    /// <summary>Whether it says how long bodies are on the wire in some direction.</summary>
    public bool HasBandwidth => BandwidthUp is not null || BandwidthDown is not null;

    /// <summary>Seconds for which bodies are on the wire, one after another; directions without a bandwidth take none.</summary>
    public double TransferSeconds(TrafficSum bytes) => Seconds(bytes.Up.Bytes, BandwidthUp) + Seconds(bytes.Down.Bytes, BandwidthDown);

    private static double Seconds(long bytes, double? bitsPerSecond) => bitsPerSecond is { } rate ? BitsPerByte * bytes / rate : 0;
}
