using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Formats;

/// <summary>Reads an adapter's tensors from its file, strictly: one that is missing, extra or mis-shaped is an error that names it.</summary>
internal sealed class StoredTensors(SafetensorsFile file)
{
    private readonly HashSet<string> left = file.Entries.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Names of all tensors in the file.</summary>
    public IEnumerable<string> Names => file.Entries.Select(e => e.Name);

    /// <summary>True when the file has a tensor of that name.</summary>
    public bool Has(string name) => file.Contains(name);

    /// <summary>Reads these tensors, and refuses any others in the file.</summary>
    public ParameterSet Read(IEnumerable<(TensorKey Key, int[] Shape)> expected)
    {
        var tensors = expected.Select(t => Take(t.Key, t.Shape)).ToArray();
        return left.Count == 0
            ? new ParameterSet(tensors)
            : throw new InputException($"{file.Path}: tensor {left.Order(StringComparer.Ordinal).First()} belongs to nothing that {AdapterFolder.ConfigFile} names");
    }

    /// <summary>Reads one tensor.</summary>
    public HostTensor Take(TensorKey key, int[] shape)
    {
        if (!left.Remove(key.Name))
        {
            throw new InputException($"{file.Path}: tensor {key.Name} is missing");
        }

        var found = file.Entry(key.Name).Shape;
        return found.AsSpan().SequenceEqual(shape)
            ? new HostTensor(key, shape, file.ReadFloats(key.Name))
            : throw new InputException($"{file.Path}: tensor {key.Name} has shape [{string.Join(", ", found)}], expected [{string.Join(", ", shape)}]");
    }

    /// <summary>Leaves a tensor of the file out of account.</summary>
    public void Ignore(string name) => left.Remove(name);
}
