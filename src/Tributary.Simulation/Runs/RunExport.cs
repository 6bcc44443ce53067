using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Gguf;
using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;

namespace Tributary.Simulation.Runs;

/// <summary>A finished run's adapters in the ecosystem's formats.</summary>
public static class RunExport
{
    /// <summary>Writes the adapter folder that PEFT reads, or one for each adapter; kinds that PEFT has not are written in the same layout.</summary>
    /// <exception cref="InputException">The run is not finished or trained nothing, or the folder is not empty.</exception>
    public static void ToPeft(RunFolder run, string output) => Write(run, output, (folder, model, path, adapters) =>
        AdapterFolder.WriteAll(folder, [.. adapters.Select(a => a.Adapter)], new ParameterSet(adapters.SelectMany(a => a.Values)), path));

    /// <summary>Writes a Hugging Face model folder with the adapters merged in.</summary>
    /// <exception cref="InputException">The run is not finished or trained what cannot be merged, or the folder is not empty.</exception>
    public static void ToMerged(RunFolder run, string output) => Write(run, output, (folder, model, path, adapters) => MergedFolder.Write(folder, path, model, adapters));

    /// <summary>Writes LoRA adapters as GGUF files for llama.cpp: "adapter.gguf", or one named after each of several.</summary>
    /// <exception cref="InputException">The run is not finished or trained what llama.cpp cannot load, or the folder is not empty.</exception>
    public static void ToGguf(RunFolder run, string output) => Write(run, output, (folder, model, _, adapters) =>
    {
        foreach (var (adapter, values) in adapters)
        {
            var name = adapter.Name == TensorKey.DefaultAdapter ? "adapter" : adapter.Name;
            GgufAdapter.Write(Path.Combine(folder, name + ".gguf"), model, adapter, values);
        }
    });

    private static void Write(RunFolder run, string output, Action<string, LanguageModel, string, IReadOnlyList<(IAdapter Adapter, ParameterSet Values)>> write)
    {
        var experiment = StoredExperiment.Load(run);
        if (!File.Exists(run.Result))
        {
            throw new InputException($"{run.Root} is not finished: continue it with 'tributary resume {run.Root}'");
        }

        if (!Directory.Exists(run.Adapter))
        {
            throw new InputException($"{run.Root} has no adapter of all to export: its owners hold models of different shapes, each with adapters of its own, or nothing was trained");
        }

        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Load(experiment.Model, backend);
        var adapters = AdapterFolder.ReadAll(run.Adapter, model);
        AtomicFolder.Write(output, folder => write(folder, model, experiment.Model, adapters));
    }
}
