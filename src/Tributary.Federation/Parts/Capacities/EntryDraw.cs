using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>Entries of tensors drawn independently of each other, the same for everybody with the same seed.</summary>
internal static class EntryDraw
{
    /// <summary>The drawn entries of those tensors that are meant.</summary>
    public static IReadOnlyDictionary<TensorKey, TensorPart> Of(Capacity.Entries entries, TensorLayout layout) => layout.Tensors
        .Where(tensor => entries.Adapters?.Contains(tensor.Key.Adapter, StringComparer.Ordinal) != false)
        .ToDictionary(tensor => tensor.Key, tensor => TensorPart.Agreed(tensor.Shape, Draw(entries, tensor.Key, HostTensor.Count(tensor.Shape))));

    private static Marks Draw(Capacity.Entries entries, TensorKey key, int count) =>
        entries.Density >= 1 ? Marks.First(count, count) : Marks.Of(count, Places(PhiloxStream.Root(entries.Seed).Child("entries").Child(key.WireName).Sequence(), entries.Density, count));

    // From one drawn entry to the next it is a geometric number of places.
    private static IEnumerable<int> Places(PhiloxSequence random, double density, int count)
    {
        var scale = 1 / Math.Log(1 - density);
        for (var place = -1.0; ;)
        {
            place += 1 + Math.Floor(Math.Log(1 - random.UniformDouble()) * scale);
            if (place >= count)
            {
                yield break;
            }

            yield return (int)place;
        }
    }
}
