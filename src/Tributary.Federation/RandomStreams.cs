using Tributary.Numerics.Random;

namespace Tributary.Federation;

/// <summary>Independent streams of random numbers from one seed, one for each purpose.</summary>
public static class RandomStreams
{
    private const ulong CohortPurpose = 1;
    private const ulong DataOrderPurpose = 2;
    private const ulong DropoutPurpose = 3;

    /// <summary>Draws cohorts; tensors are versions.</summary>
    public static Philox Cohort(ulong seed) => new(Derive(seed, CohortPurpose, 0));

    /// <summary>Orders one client's data; tensors are (version, pass).</summary>
    public static Philox DataOrder(ulong seed, string client) => new(Derive(seed, DataOrderPurpose, NumberOf(client)));

    /// <summary>Key of one client's dropout masks in one optimizer step of one version.</summary>
    public static ulong DropoutKey(ulong seed, string client, int version, long step) =>
        Derive(Derive(seed, DropoutPurpose, NumberOf(client)), (ulong)version, (ulong)step);

    /// <summary>A permutation of 0 … <paramref name="count"/> − 1 (Fisher and Yates), from one tensor of a stream.</summary>
    public static int[] Permutation(this Philox stream, ulong tensor, int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)(stream.UniformDouble(tensor, (ulong)i) * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static ulong Derive(ulong key, ulong first, ulong second)
    {
        var block = new Philox(key).Block(first, second);
        return ((ulong)block.Word1 << 32) | block.Word0;
    }

    // FNV-1a: a client's stream depends on its id alone, not on its place in a list.
    private static ulong NumberOf(string client)
    {
        var hash = 14695981039346656037;
        foreach (var value in System.Text.Encoding.UTF8.GetBytes(client))
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }
}
