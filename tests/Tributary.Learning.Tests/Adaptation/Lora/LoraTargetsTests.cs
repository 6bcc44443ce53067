using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tests.Models;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Adaptation.Lora;

public sealed class LoraTargetsTests
{
    /// <summary>The table of defaults in PEFT 0.10 (TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING).</summary>
    [Theory]
    [InlineData(TinyModels.Gpt2, "c_attn")]
    [InlineData(TinyModels.Llama, "q_proj", "v_proj")]
    [InlineData(TinyModels.Mistral, "q_proj", "v_proj")]
    [InlineData(TinyModels.Qwen2, "q_proj", "v_proj")]
    [InlineData(TinyModels.Gemma, "q_proj", "v_proj")]
    [InlineData(TinyModels.GptNeox, "query_key_value")]
    [InlineData(TinyModels.Opt, "q_proj", "v_proj")]
    [InlineData(TinyModels.T5, "q", "v")]
    public void Targets_that_are_not_named_are_those_of_peft(string config, params string[] names)
    {
        using var backend = new ReferenceBackend<float>();
        using var model = TinyModels.Build(config, backend);
        var adapter = (LoraAdapter)new LoraConfig(2, 4).Resolve(model)[0];
        adapter.Sites.Select(s => s.Module.Path[(s.Module.Path.LastIndexOf('.') + 1)..]).Distinct().ShouldBe(names);
    }
}
