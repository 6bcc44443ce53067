using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>A PEFT adapter folder: adapter_config.json and adapter_model.safetensors, name for name as PEFT writes and reads them.</summary>
public static class PeftFolder
{
    /// <summary>The tensor file's name.</summary>
    public const string TensorFile = "adapter_model.safetensors";

    /// <summary>Reads an adapter made here or elsewhere for the given model.</summary>
    /// <exception cref="InputException">Files are missing or damaged, a tensor is missing, extra or mis-shaped, or a feature is not supported.</exception>
    public static (LoraAdapter Adapter, ParameterSet Values) Read(string folder, LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        var adapter = new LoraAdapter(PeftConfigFile.Read(folder), model, name);
        var path = Path.Combine(folder, TensorFile);
        if (!File.Exists(path))
        {
            throw new InputException(File.Exists(Path.Combine(folder, "adapter_model.bin"))
                ? $"{folder}: adapter_model.bin is a pickle, which is never unpickled here; save the adapter again with safe_serialization=True"
                : $"{folder}: no {TensorFile}");
        }

        using var file = SafetensorsFile.Open(path);
        return (adapter, ReadTensors(file, adapter.Tensors, path));
    }

    /// <summary>Writes the adapter.</summary>
    public static void Write(string folder, LoraAdapter adapter, ParameterSet values, string baseModel)
    {
        var targets = adapter.Sites.Select(s => s.Module.Path[(s.Module.Path.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var inputsFirst = adapter.Sites.Any(s => s.Module is Linear { Weight.InputsFirst: true });
        AtomicFile.WriteText(Path.Combine(folder, PeftConfigFile.FileName), PeftConfigFile.Write(adapter.Config, baseModel, inputsFirst, targets));
        TensorFiles.Write(Path.Combine(folder, TensorFile), values.Where(k => k.Adapter == adapter.Name));
    }

    internal static ParameterSet ReadTensors(SafetensorsFile file, IReadOnlyList<(TensorKey Key, int[] Shape)> expected, string path)
    {
        var stored = file.Entries.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var tensors = new List<HostTensor>(expected.Count);
        foreach (var (key, shape) in expected)
        {
            if (!stored.Remove(key.Name))
            {
                throw new InputException($"{path}: tensor {key.Name} is missing");
            }

            var found = file.Entries.First(e => e.Name == key.Name).Shape;
            if (!found.AsSpan().SequenceEqual(shape))
            {
                throw new InputException($"{path}: tensor {key.Name} has shape [{string.Join(", ", found)}], expected [{string.Join(", ", shape)}]");
            }

            tensors.Add(new HostTensor(key, shape, file.ReadFloats(key.Name)));
        }

        return stored.Count == 0 ? new ParameterSet(tensors) : throw new InputException($"{path}: tensor {stored.Order(StringComparer.Ordinal).First()} belongs to nothing that adapter_config.json names");
    }
}
