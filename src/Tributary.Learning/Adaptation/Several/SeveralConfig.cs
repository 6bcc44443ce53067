using System.Text.Json.Serialization;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Several;

/// <summary>Several named adapters in one model, trained and used together. They are put in place in the order of their names, which are part of their tensors' keys.</summary>
/// <param name="Adapters">Each adapter by its name. Of a classifier, the first trains the head.</param>
public sealed record SeveralConfig(IReadOnlyDictionary<string, AdapterConfig> Adapters) : AdapterConfig
{
    private IEnumerable<KeyValuePair<string, AdapterConfig>> InOrder => Adapters.OrderBy(a => a.Key, StringComparer.Ordinal);

    /// <summary>Whether one of them is of that kind.</summary>
    public bool Has(Type kind) => Adapters.Values.Any(adapter => adapter.GetType() == kind);

    /// <summary>The same with every adapter of a kind changed.</summary>
    public SeveralConfig WithEvery(Type kind, Func<AdapterConfig, AdapterConfig> change) =>
        this with { Adapters = InOrder.ToDictionary(a => a.Key, a => a.Value.GetType() == kind ? change(a.Value) : a.Value, StringComparer.Ordinal) };

    /// <inheritdoc/>
    public override AdapterConfig ForTask(HeadTask task) => this with
    {
        Adapters = InOrder.Select((a, i) => KeyValuePair.Create(a.Key, i == 0 ? a.Value.ForTask(task) : a.Value)).ToDictionary(StringComparer.Ordinal),
    };

    /// <inheritdoc/>
    [JsonIgnore]
    public override int LargestRank => Adapters.Values.Select(adapter => adapter.LargestRank).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override AdapterConfig AtRank(int rank, bool keepScale) =>
        this with { Adapters = InOrder.ToDictionary(adapter => adapter.Key, adapter => adapter.Value.AtRank(rank, keepScale), StringComparer.Ordinal) };

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Adapters.Count == 0)
        {
            yield return "several: name at least one adapter";
        }

        foreach (var (name, config) in InOrder)
        {
            if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            {
                yield return $"several: an adapter's name is made of 1 to 64 letters, digits, '-' and '_', not '{name}'";
            }

            foreach (var problem in config is SeveralConfig ? ["adapters cannot be nested"] : config.Problems())
            {
                yield return $"{name}: {problem}";
            }
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) =>
        [.. InOrder.SelectMany(a => a.Value.Resolve(model, a.Key))];
}
