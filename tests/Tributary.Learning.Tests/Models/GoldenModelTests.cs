using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Loss and every gradient of tiny models and adapters against the reference files, on the naive kernels in double.</summary>
public class GoldenModelTests
{
    [SharedDataTheory]
    [InlineData("gpt2")]
    [InlineData("gpt2_seqcls")]
    [InlineData("llama")]
    [InlineData("llama_rope_scaled")]
    [InlineData("llama_reward")]
    [InlineData("llama3_rope")]
    [InlineData("mistral")]
    [InlineData("qwen2")]
    [InlineData("qwen2_untied")]
    [InlineData("gemma")]
    [InlineData("gpt_neox")]
    [InlineData("opt")]
    [InlineData("t5")]
    [InlineData("t5_v1_1")]
    [InlineData("bert_mlm")]
    [InlineData("bert_seqcls")]
    [InlineData("bert_tokcls")]
    [InlineData("roberta_mlm")]
    [InlineData("roberta_seqcls")]
    [InlineData("roberta_multilabel")]
    [InlineData("distilbert_seqcls")]
    [InlineData("distilbert_regression")]
    [InlineData("mobilebert_mlm")]
    [InlineData("mobilebert_seqcls")]
    public void Loss_and_every_gradient_of_full_training_match(string fixture)
    {
        var folder = SharedData.PathOf("golden", "models", fixture);
        Compare(folder, folder, model => (new FullConfig().Resolve(model)[0], null));
    }

    [SharedDataTheory]
    [InlineData("gpt2_lora")]
    [InlineData("gpt2_lora_patterns")]
    [InlineData("gpt2_lora_layers")]
    [InlineData("gpt2_lora_save_head")]
    [InlineData("gpt2_lora_embedding")]
    [InlineData("gpt2_lora_all_linear")]
    [InlineData("gpt2_lora_lm_head")]
    [InlineData("llama_lora")]
    [InlineData("llama_lora_all_rs")]
    [InlineData("roberta_lora")]
    [InlineData("roberta_lora_patterns")]
    [InlineData("roberta_lora_layers")]
    [InlineData("roberta_lora_save_head")]
    [InlineData("roberta_lora_embedding")]
    [InlineData("roberta_lora_all_linear")]
    [InlineData("gpt2_prompt")]
    [InlineData("gpt2_prefix")]
    [InlineData("gpt2_houlsby")]
    [InlineData("gpt2_pfeiffer")]
    [InlineData("gpt2_parallel")]
    [InlineData("llama_prompt")]
    [InlineData("llama_prefix")]
    [InlineData("llama_houlsby")]
    [InlineData("llama_pfeiffer")]
    [InlineData("roberta_prompt")]
    [InlineData("roberta_prefix")]
    [InlineData("roberta_houlsby")]
    [InlineData("roberta_pfeiffer")]
    [InlineData("roberta_parallel")]
    [InlineData("llama_dora")]
    [InlineData("gpt2_ia3")]
    [InlineData("llama_ia3")]
    [InlineData("roberta_ia3")]
    [InlineData("gpt2_bitfit")]
    [InlineData("qwen2_bitfit")]
    [InlineData("roberta_bitfit")]
    public void Loss_and_every_gradient_of_an_adapter_match(string fixture)
    {
        var folder = SharedData.PathOf("golden", "peft", fixture);
        var basis = SharedData.PathOf("golden", "models", fixture[..fixture.IndexOf('_')] is var family && family == "roberta" ? "roberta_seqcls" : family);
        Compare(basis, folder, model => AdapterFolder.Read(folder, model));
    }

    private static void Compare(string modelFolder, string fixture, Func<LanguageModel, (IAdapter Adapter, ParameterSet? Values)> make)
    {
        using IBackend backend = new ReferenceBackend<double>();
        using var model = ModelLoader.Load(modelFolder, backend);
        var (adapter, values) = make(model);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape);
        learner.Trainable.Write(values ?? adapter.Initial(model, 0));
        var rows = GoldenBatch.Read(Path.Combine(modelFolder, "inputs.json"), model.Shape);
        learner.Trainable.ZeroGradient();

        var loss = learner.AddGradient(rows);

        using var expected = SafetensorsFile.Open(Path.Combine(fixture, "expected.safetensors"));
        loss.ShouldBe(expected.ReadFloats("loss")[0], 2e-5);
        learner.Loss(rows).ShouldBe(loss, 1e-12);
        var gradients = learner.Trainable.ReadGradient();
        var slope = gradients.Sum(g => g.Values.Sum(v => (double)v * v));
        learner.DirectionalDerivative(rows, gradients).ShouldBe(slope, 1e-5 * slope, "the tangent along the gradient is its squared norm");
        foreach (var gradient in gradients)
        {
            var reference = expected.ReadFloats("grad." + gradient.Key.Name);
            var largest = reference.Max(Math.Abs);
            gradient.Values.Zip(reference).Max(p => Math.Abs(p.First - p.Second)).ShouldBeLessThan(Math.Max(3e-5f * largest, 2e-6f), gradient.Key.Name);
        }
    }
}
