using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;

namespace Tributary.Simulation.Runs;

/// <summary>A finished run's adapter in the ecosystem's formats.</summary>
public static class RunExport
{
    /// <summary>Writes a PEFT adapter folder.</summary>
    /// <exception cref="InputException">The run is not finished, did not train LoRA, or the folder is not empty.</exception>
    public static void ToPeft(RunFolder run, string output)
    {
        var experiment = StoredExperiment.Load(run);
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Load(experiment.Model, backend);
        var (adapter, values) = Read(run, experiment.Method.Adaptation, model);
        AtomicFolder.Write(output, folder => PeftFolder.Write(folder, adapter, values, experiment.Model));
    }

    /// <summary>Writes a Hugging Face model folder with the adapter merged in.</summary>
    /// <exception cref="InputException">The run is not finished, did not train LoRA, or the folder is not empty.</exception>
    public static void ToMerged(RunFolder run, string output)
    {
        var experiment = StoredExperiment.Load(run);
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Load(experiment.Model, backend);
        var trained = Read(run, experiment.Method.Adaptation, model);
        AtomicFolder.Write(output, folder => MergedFolder.Write(folder, experiment.Model, model, [trained]));
    }

    private static (LoraAdapter Adapter, Learning.Tensors.ParameterSet Values) Read(RunFolder run, Adaptation adaptation, LanguageModel model)
    {
        if (!File.Exists(run.Result))
        {
            throw new InputException($"{run.Root} is not finished: continue it with 'tributary resume {run.Root}'");
        }

        return adaptation is Adaptation.Lora
            ? PeftFolder.Read(run.Adapter, model)
            : throw new InputException($"{run.Root} trained {adaptation.GetType().Name.ToLowerInvariant()}, which is not a PEFT adapter; its tensors are in {run.Adapter}");
    }
}
