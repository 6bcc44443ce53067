namespace Tributary.Learning.Models.T5;

/// <summary>
/// T5's buckets of relative positions (Raffel et al. 2020): every small distance has its own, larger ones share them on a logarithmic scale up to the largest. Encoders
/// keep one half of the buckets for keys behind the query; decoders see none there.
/// </summary>
internal static class RelativeBuckets
{
    /// <summary>The bucket of every distance j − i of key and query, from −<paramref name="largest"/> to <paramref name="largest"/>; all beyond have that at the end.</summary>
    public static int[] Of(int buckets, int largest, bool bothSides)
    {
        var side = bothSides ? buckets / 2 : buckets;
        var exact = side / 2;
        var table = new int[(2 * largest) + 1];
        for (var distance = -largest; distance <= largest; distance++)
        {
            var away = bothSides ? Math.Abs(distance) : Math.Max(0, -distance);
            table[distance + largest] = (bothSides && distance > 0 ? side : 0) + (away < exact ? away : Math.Min(side - 1, exact + Shared(away, exact, largest, side - exact)));
        }

        return table;
    }

    // In single precision, as the reference computes it: some distances lie exactly on a border.
    private static int Shared(int away, int exact, int largest, int shared) =>
        (int)(MathF.Log((float)away / exact) / (float)Math.Log((double)largest / exact) * shared);
}
