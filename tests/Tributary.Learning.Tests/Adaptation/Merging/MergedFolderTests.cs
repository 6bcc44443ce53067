using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Adaptation.Merging;

public class MergedFolderTests
{
    [SharedDataTheory]
    [InlineData("gpt2_lora")]
    [InlineData("gpt2_lora_save_head")]
    [InlineData("gpt2_lora_lm_head")]
    [InlineData("gpt2_lora_embedding")]
    [InlineData("llama_lora_all_rs")]
    [InlineData("llama_dora")]
    [InlineData("gpt2_ia3")]
    [InlineData("llama_ia3")]
    [InlineData("gpt2_bitfit")]
    public void A_merged_folder_gives_the_adapted_models_logits(string fixture)
    {
        var basis = SharedData.PathOf("golden", "models", fixture[..fixture.IndexOf('_')]);
        using var backend = new ReferenceBackend<double>();
        using var model = ModelLoader.Load(basis, backend);
        using var tape = new Tape(backend);
        var (adapter, values) = AdapterFolder.Read(SharedData.PathOf("golden", "peft", fixture), model);
        using var learner = new Learner(model, [adapter], new LanguageModelling(), tape);
        learner.Trainable.Write(values);
        var rows = GoldenBatch.Read(Path.Combine(basis, "inputs.json"), model.Shape);
        var folder = Directory.CreateTempSubdirectory("tributary-").FullName;

        MergedFolder.Write(folder, basis, model, [(adapter, values)]);

        using var merged = ModelLoader.Load(folder, backend);
        using var plain = new Learner(merged, [], new LanguageModelling(), tape);
        var expected = learner.Logits(rows);
        plain.Logits(rows).Zip(expected).Max(p => Math.Abs(p.First - p.Second)).ShouldBeLessThan(1e-4f);
        Directory.Delete(folder, true);
    }
}
