using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>The final adapter on disk: a PEFT folder for LoRA, the trained tensors alone for anything else.</summary>
internal static class AdapterFiles
{
    public static void Write(string folder, RunSetup setup, ParameterSet values)
    {
        foreach (var adapter in setup.Adapters)
        {
            if (adapter is LoraAdapter lora)
            {
                PeftFolder.Write(folder, lora, values, setup.Subject.Model);
            }
            else
            {
                TensorFiles.Write(Path.Combine(folder, "model.safetensors"), values.Where(key => key.Adapter == adapter.Name));
            }
        }
    }
}
