using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// Two levels of weighted means: an edge's is passed up as an update of its own with the weight of its clients together, so that the mean over edges is that over clients, and an
/// edge of which nobody takes part counts nothing (HierFAVG, Liu et al. 2020).
/// </summary>
internal static class EdgeMean
{
    /// <summary>The edge of a client, always the same.</summary>
    public static int EdgeOf(string client, int edges) => PhiloxStream.Root(0).Child("edge").Child(client).Sequence().Index(edges);

    /// <summary>The mean over edges of the means over their clients.</summary>
    /// <param name="updates">The clients' updates, of whole tensors.</param>
    /// <param name="weight">Their weights.</param>
    /// <param name="edges">Number of edges.</param>
    public static ParameterSet Join(RoundUpdates updates, Func<int, TensorKey, double> weight, int edges)
    {
        int[][] members = [.. Enumerable.Range(0, updates.Source.Count).GroupBy(k => EdgeOf(updates.Updates[k].Client, edges)).OrderBy(edge => edge.Key).Select(edge => edge.ToArray())];
        var passedUp = members.Select(clients => Mean(new ChosenUpdates(updates.Source, clients), (k, key) => weight(clients[k], key), updates.Layout));
        var source = new MemoryUpdates([.. passedUp.Select(mean => MessageBody.Empty.WithSection(MessageBody.Parameters, mean))], updates.Layout);
        return Mean(source, (edge, key) => members[edge].Where(k => updates.Source.Contains(k, MessageBody.Parameters, key)).Sum(k => weight(k, key)), updates.Layout);
    }

    private static ParameterSet Mean(IUpdateSource source, Func<int, TensorKey, double> weight, TensorLayout layout) =>
        new UpdateFold(source, MessageBody.Parameters, new LinearSum(), weight, (senders, _) => senders).Join(layout, ParameterSet.Empty);

    /// <summary>Some of the updates, in the order given.</summary>
    private sealed class ChosenUpdates(IUpdateSource all, int[] chosen) : IUpdateSource
    {
        public int Count => chosen.Length;

        public bool Contains(int index, string section, TensorKey key) => all.Contains(chosen[index], section, key);

        public TensorPart? PartOf(int index, string section, TensorKey key) => all.PartOf(chosen[index], section, key);

        public void Read(int index, string section, TensorKey key, long start, Span<float> destination) => all.Read(chosen[index], section, key, start, destination);
    }
}
