using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Learning.Tensors;

/// <summary>Named tensors in the order of their keys: what a method is a function over, and what travels.</summary>
public sealed class ParameterSet : IReadOnlyList<HostTensor>
{
    private readonly HostTensor[] tensors;
    private readonly Dictionary<(string Model, string Adapter, string Name), int> index = [];

    /// <summary>Sorts the tensors by key.</summary>
    /// <exception cref="ArgumentException">Two tensors have the same key.</exception>
    public ParameterSet(IEnumerable<HostTensor> tensors)
    {
        this.tensors = [.. tensors.OrderBy(t => t.Key)];
        for (var i = 0; i < this.tensors.Length; i++)
        {
            var key = this.tensors[i].Key;
            if (!index.TryAdd((key.Model, key.Adapter, key.Name), i))
            {
                throw new ArgumentException($"tensor {key.WireName} appears twice");
            }
        }
    }

    /// <summary>A set without tensors.</summary>
    public static ParameterSet Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => tensors.Length;

    /// <summary>Number of values in all tensors.</summary>
    public long Elements => tensors.Sum(t => (long)t.Values.Length);

    /// <inheritdoc/>
    public HostTensor this[int position] => tensors[position];

    /// <summary>The tensor of that model, adapter and name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public HostTensor this[TensorKey key] => TryGet(key, out var tensor) ? tensor : throw new ArgumentException($"no values for {key.WireName}");

    /// <summary>The tensor of that model, adapter and name, if there is one.</summary>
    public bool TryGet(TensorKey key, [NotNullWhen(true)] out HostTensor? tensor)
    {
        tensor = index.TryGetValue((key.Model, key.Adapter, key.Name), out var position) ? tensors[position] : null;
        return tensor is not null;
    }

    /// <summary>A deep copy.</summary>
    public ParameterSet Copy() => new(tensors.Select(t => t.Copy()));

    /// <summary>The tensors whose key is selected.</summary>
    public ParameterSet Where(Func<TensorKey, bool> selects) => new(tensors.Where(t => selects(t.Key)));

    /// <inheritdoc/>
    public IEnumerator<HostTensor> GetEnumerator() => ((IEnumerable<HostTensor>)tensors).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
