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
    private readonly List<float[]> keys = [];
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
            for (var i = 0; i < labels.Length; i++)
            {
                keys.Add(states[(states.Length / labels.Length * i)..(states.Length / labels.Length * (i + 1))]);
                tokens.Add(labels[i]);
            }
        }
    }

    /// <summary>The server version that its model is of.</summary>
    public int Version { get; }

    /// <summary>Number of stored targets.</summary>
    public int Count => tokens.Count;

    /// <summary>
    /// Probabilities of tokens from the nearest stored states: every neighbour counts exp(−d / temperature) for its token, d the squared distance. More neighbours than there are
    /// is all; of equally near ones those stored first count.
    /// </summary>
    public IReadOnlyDictionary<int, double> Shares(ReadOnlySpan<float> state, int neighbours, double temperature)
    {
        var distances = new double[keys.Count];
        for (var j = 0; j < distances.Length; j++)
        {
            for (var i = 0; i < state.Length; i++)
            {
                var difference = (double)state[i] - keys[j][i];
                distances[j] += difference * difference;
            }
        }

        var nearest = Enumerable.Range(0, distances.Length).OrderBy(j => distances[j]).Take(neighbours).ToArray();
        var shares = new SortedDictionary<int, double>();
        foreach (var j in nearest)
        {
            shares[tokens[j]] = shares.GetValueOrDefault(tokens[j]) + Math.Exp((distances[nearest[0]] - distances[j]) / temperature);
        }

        var sum = shares.Values.Sum();
        return shares.ToDictionary(pair => pair.Key, pair => pair.Value / sum);
    }
}
