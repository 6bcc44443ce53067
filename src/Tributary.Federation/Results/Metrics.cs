using System.Collections;
using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Tributary.Federation.Results;

/// <summary>Named figures of one model on one data set, in ordinal order of their names. There is always a <c>loss</c>.</summary>
[JsonConverter(typeof(MetricsConverter))]
public sealed class Metrics : IEnumerable<KeyValuePair<string, double>>, IEquatable<Metrics>
{
    /// <summary>Name of the figure that every set of metrics holds: mean cross-entropy per token in nats.</summary>
    public const string LossName = "loss";

    /// <summary>Name of the loss on the union of all owners' validation rows, where <see cref="LossName"/> is that on an owner's own.</summary>
    public const string UnionLossName = "union_loss";

    /// <summary>Name of the loss on test rows, which nothing is chosen by.</summary>
    public const string TestLossName = "test_loss";

    /// <summary>Name of the share of labelled tokens, or of texts, whose first choice is right.</summary>
    public const string AccuracyName = "accuracy";

    private readonly ImmutableSortedDictionary<string, double> values;

    /// <summary>The given figures; a later one of the same name wins.</summary>
    /// <exception cref="ArgumentException">There is no loss among them.</exception>
    public Metrics(IEnumerable<KeyValuePair<string, double>> values)
    {
        this.values = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, values);
        if (!this.values.ContainsKey(LossName))
        {
            throw new ArgumentException("metrics need a loss", nameof(values));
        }
    }

    /// <summary>The loss alone.</summary>
    public static Metrics OfLoss(double loss) => new([new(LossName, loss)]);

    /// <summary>Mean cross-entropy per token in nats.</summary>
    public double Loss => values[LossName];

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>The figure of that name, or null.</summary>
    public double? Find(string name) => values.TryGetValue(name, out var value) ? value : null;

    /// <summary>These figures and one more.</summary>
    public Metrics With(string name, double value) => new(values.SetItem(name, value));

    /// <inheritdoc/>
    public bool Equals(Metrics? other) => other is not null && values.SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Metrics);

    /// <inheritdoc/>
    public override int GetHashCode() => values.Aggregate(0, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
