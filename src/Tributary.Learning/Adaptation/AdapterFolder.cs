using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation;

/// <summary>
/// Adapter folders: adapter_config.json and adapter_model.safetensors, name for name as PEFT 0.10 writes and reads them where PEFT has the kind, and in the same layout where
/// it has not. Several adapters of one model lie in folders of their names.
/// </summary>
public static class AdapterFolder
{
    /// <summary>The settings' file.</summary>
    public const string ConfigFile = "adapter_config.json";

    /// <summary>The tensors' file.</summary>
    public const string TensorFile = "adapter_model.safetensors";

    /// <summary>Reads an adapter made here or elsewhere for the given model.</summary>
    /// <exception cref="InputException">Files are missing or damaged, a tensor is missing, extra or mis-shaped, or a kind or feature is not supported.</exception>
    public static (IAdapter Adapter, ParameterSet Values) Read(string folder, LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        var (format, config) = ReadConfig(folder);
        using var file = SafetensorsFile.Open(FindTensors(folder));
        return format.Load(config, model, name, file);
    }

    /// <summary>Reads an adapter's settings alone.</summary>
    /// <exception cref="InputException">The configuration is missing or damaged, or a kind or feature is not supported.</exception>
    public static AdapterConfig ReadSettings(string folder) => ReadConfig(folder).Config;

    /// <summary>Reads the adapter of a folder, or those in the folders below it.</summary>
    /// <exception cref="InputException">As for <see cref="Read"/>, or there is none.</exception>
    public static IReadOnlyList<(IAdapter Adapter, ParameterSet Values)> ReadAll(string folder, LanguageModel model)
    {
        var below = File.Exists(Path.Combine(folder, ConfigFile)) || !Directory.Exists(folder)
            ? []
            : Directory.EnumerateDirectories(folder).Where(d => File.Exists(Path.Combine(d, ConfigFile))).Order(StringComparer.Ordinal).ToArray();
        return below.Length == 0 ? [Read(folder, model)] : [.. below.Select(d => Read(d, model, Path.GetFileName(d)))];
    }

    /// <summary>Why this build does not claim to read the folder: its kind of adapter, or a feature of it, is not supported. Null when it does.</summary>
    /// <exception cref="InputException">The configuration is missing or damaged.</exception>
    public static string? WhyNot(string folder)
    {
        try
        {
            _ = ReadConfig(folder);
            return null;
        }
        catch (UnsupportedAdapterException error)
        {
            return error.Reason;
        }
    }

    /// <summary>Writes one adapter.</summary>
    /// <param name="folder">The folder, made when it is not there.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="values">Its values; those of other adapters are left out.</param>
    /// <param name="baseModel">Name or folder of the base model, for the configuration.</param>
    /// <exception cref="RunException">The folder cannot be written.</exception>
    public static void Write(string folder, IAdapter adapter, ParameterSet values, string baseModel)
    {
        var format = AdapterFormats.Of(adapter.Config);
        AtomicFile.WriteText(Path.Combine(folder, ConfigFile), format.Text(adapter, baseModel));
        foreach (var (file, tensors) in format.Files(adapter, values.Where(k => k.Adapter == adapter.Name)))
        {
            TensorFiles.Write(Path.Combine(folder, file), tensors);
        }
    }

    /// <summary>Writes the only adapter into the folder, several into folders of their names below it.</summary>
    /// <exception cref="RunException">The folder cannot be written.</exception>
    public static void WriteAll(string folder, IReadOnlyList<IAdapter> adapters, ParameterSet values, string baseModel)
    {
        foreach (var adapter in adapters)
        {
            Write(adapter.Name == TensorKey.DefaultAdapter ? folder : Path.Combine(folder, adapter.Name), adapter, values, baseModel);
        }
    }

    private static string FindTensors(string folder)
    {
        var path = Path.Combine(folder, TensorFile);
        return File.Exists(path) ? path : throw new InputException(File.Exists(Path.Combine(folder, "adapter_model.bin"))
            ? $"{folder}: adapter_model.bin is a pickle, which is never unpickled here; save the adapter again with safe_serialization=True"
            : $"{folder}: no {TensorFile}");
    }

    private static (IAdapterFormat Format, AdapterConfig Config) ReadConfig(string folder)
    {
        var fields = ConfigFields.Open(folder);
        var format = AdapterFormats.Of(fields);
        fields.Refuse(format is null, fields.Text("peft_type") is { } type ? $"adapter kind {type}" : "an adapter without peft_type", AdapterFormats.Types);
        var config = format!.Read(fields);
        fields.RefuseOthers();
        return config.Problems().FirstOrDefault() is { } problem ? throw new InputException($"{Path.Combine(folder, ConfigFile)}: {problem}") : (format, config);
    }
}
