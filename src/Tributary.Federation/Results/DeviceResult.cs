namespace Tributary.Federation.Results;

/// <summary>One kind of machine that owners had.</summary>
/// <param name="Profile">Its name.</param>
/// <param name="Clients">Owners who had it and took part, by id.</param>
/// <param name="LeftOut">Owners whose machine could not hold their part, by id.</param>
/// <param name="Rank">Most ranks of its adapters; null is the adaptation's own.</param>
/// <param name="Layers">Most blocks that it trained; null is all.</param>
/// <param name="MemoryBytes">Its memory; null is not known.</param>
/// <param name="NeededBytes">Memory of the largest process of these clients, as predicted before the first round; null where no memory is known.</param>
/// <param name="BytesUp">Length of the bodies that its clients sent.</param>
/// <param name="BytesDown">Length of the bodies that its clients received.</param>
/// <param name="Transfer">How long the client's bodies that took longest were on the wire in all rounds; null without bandwidths.</param>
public sealed record DeviceResult(
    string Profile, IReadOnlyList<string> Clients, IReadOnlyList<string> LeftOut, int? Rank, int? Layers, long? MemoryBytes, long? NeededBytes, long BytesUp, long BytesDown, Elapsed? Transfer)
{
    /// <summary>How its owners kept frozen weights, by name, largest first; null in a result of an earlier version.</summary>
    public IReadOnlyList<string>? BaseTypes { get; init; }

    /// <summary>Name of the model that its owners held; null is the run's.</summary>
    public string? Model { get; init; }
}
