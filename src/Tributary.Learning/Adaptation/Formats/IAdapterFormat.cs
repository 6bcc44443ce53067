using System.Text.Json.Nodes;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Formats;

/// <summary>How one kind of adapter lies in a folder: its adapter_config.json, and which of its tensors are in the file.</summary>
internal interface IAdapterFormat
{
    /// <summary>What the folder's configuration and messages call the kind: PEFT's peft_type where PEFT has it.</summary>
    string Type { get; }

    /// <summary>True for a folder of this kind.</summary>
    bool Reads(ConfigFields fields) => fields.Text("peft_type") == Type;

    /// <summary>True for settings of this kind.</summary>
    bool Writes(AdapterConfig config);

    /// <summary>Reads the settings; what is not supported is refused by name.</summary>
    AdapterConfig Read(ConfigFields fields);

    /// <summary>Puts the adapter in place and reads its values.</summary>
    (IAdapter Adapter, ParameterSet Values) Load(AdapterConfig config, LanguageModel model, string name, SafetensorsFile file)
    {
        var adapter = config.Resolve(model, name)[0];
        return (adapter, new StoredTensors(file).Read(adapter.Tensors));
    }

    /// <summary>The adapter's tensors by file: what other tools read, and beside it what training needs and they do not read.</summary>
    IEnumerable<(string File, ParameterSet Tensors)> Files(IAdapter adapter, ParameterSet values) => [(AdapterFolder.TensorFile, values)];

    /// <summary>The fields of this kind, beside those that every kind has (see <see cref="PeftFields"/>).</summary>
    JsonObject Write(IAdapter adapter) => throw new InvalidOperationException($"{Type} is written by another format, or as a text of its own");

    /// <summary>The whole adapter_config.json.</summary>
    string Text(IAdapter adapter, string baseModel) => PeftFields.Text(Write(adapter), Type, adapter.Config.TaskType, baseModel);
}
