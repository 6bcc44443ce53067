using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Tributary.Federation.Clients;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;

namespace Tributary.Federation.Parts.Servings;

/// <summary>
/// What a model read before its output layer at every target of some samples, and the token that stood there (Khandelwal et al. 2020): made by one pass over a client's own data,
/// and good for the very values of the model that made it.
/// </summary>
public sealed class NeighbourStore
{
    private readonly List<float> keys = [];
    private readonly List<int> tokens = [];

    /// <summary>Goes over the samples once with the model as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The samples.</param>
    /// <param name="version">The server version that the model is of.</param>
    public NeighbourStore(IClientModel model, TokenizedDataset data, int version)
    {
        Version = version;
        var rows = new TokenRows();
        for (var number = 0; number < data.Count; number++)
        {
            data.Fill(rows, [number]);
            var (states, _, labels) = model.Targets(rows);
            keys.AddRange(states);
            tokens.AddRange(labels);
        }
    }

    /// <summary>The server version that its model is of.</summary>
    public int Version { get; }

    /// <summary>Memory of the states and their tokens.</summary>
    public long Bytes => ((long)keys.Capacity * sizeof(float)) + ((long)tokens.Capacity * sizeof(int));

    /// <summary>Number of stored targets.</summary>
    public int Count => tokens.Count;

    /// <summary>
    /// Probabilities of tokens from the nearest stored states: every neighbour counts exp(−d / temperature) for its token, d the squared distance. More neighbours than there are
    /// is all; of equally near ones those stored first count.
    /// </summary>
    public IReadOnlyDictionary<int, double> Shares(ReadOnlySpan<float> state, int neighbours, double temperature) => Shares(state, 1, neighbours, temperature)[0];

    /// <summary>The same for several states [count, width], which is faster: a stored state is read once for all of them.</summary>
    public IReadOnlyList<IReadOnlyDictionary<int, double>> Shares(ReadOnlySpan<float> states, int count, int neighbours, double temperature)
    {
        // A first look in single precision over all of them finds the nearest; what these count is exact.
        var stored = CollectionsMarshal.AsSpan(keys);
        var width = states.Length / Math.Max(count, 1);
        var near = Enumerable.Range(0, count).Select(_ => new PriorityQueue<int, (float Distance, int Number)>(Farthest)).ToArray();
        var limits = Enumerable.Repeat(float.PositiveInfinity, count).ToArray();
        for (var j = 0; j < tokens.Count; j++)
        {
            var key = stored.Slice(j * width, width);
            for (var i = 0; i < count; i++)
            {
                var distance = TensorPrimitives.Distance(states.Slice(i * width, width), key);
                if (distance < limits[i])
                {
                    limits[i] = Keep(near[i], neighbours, j, distance);
                }
            }
        }

        var shares = new IReadOnlyDictionary<int, double>[count];
        for (var i = 0; i < count; i++)
        {
            shares[i] = Shares(states.Slice(i * width, width), [.. near[i].UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element)], temperature);
        }

        return shares;
    }

    // The distance that another must be below.
    private static float Keep(PriorityQueue<int, (float Distance, int Number)> near, int neighbours, int number, float distance)
    {
        near.Enqueue(number, (distance, number));
        if (near.Count > neighbours)
        {
            near.Dequeue();
        }

        return near.Count == neighbours && near.TryPeek(out _, out var farthest) ? farthest.Distance : float.PositiveInfinity;
    }

    private Dictionary<int, double> Shares(ReadOnlySpan<float> state, int[] nearest, double temperature)
    {
        var distances = new double[nearest.Length];
        for (var n = 0; n < nearest.Length; n++)
        {
            distances[n] = Squared(state, CollectionsMarshal.AsSpan(keys).Slice(nearest[n] * state.Length, state.Length));
        }

        var shares = new SortedDictionary<int, double>();
        foreach (var (distance, j) in distances.Zip(nearest))
        {
            shares[tokens[j]] = shares.GetValueOrDefault(tokens[j]) + Math.Exp((distances[0] - distance) / temperature);
        }

        var sum = shares.Values.Sum();
        return shares.ToDictionary(pair => pair.Key, pair => pair.Value / sum);
    }

    private static Comparer<(float Distance, int Number)> Farthest { get; } = Comparer<(float Distance, int Number)>.Create((a, b) => b.CompareTo(a));

    private static double Squared(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = (double)a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }
}
