using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Simulation.Tests.Benchmarks;

public sealed class TrainBenchmarkTests
{
    private const string Sizes = "\"vocab_size\":50,\"max_position_embeddings\":16,\"hidden_size\":16,\"num_hidden_layers\":2,\"num_attention_heads\":2,\"intermediate_size\":32}";

    [Theory]
    [InlineData("{\"model_type\":\"bert\",\"architectures\":[\"BertForSequenceClassification\"],\"num_labels\":2,", "lora-r8")]
    [InlineData("{\"model_type\":\"bert\",\"architectures\":[\"BertForMaskedLM\"],", "full")]
    [InlineData("{\"model_type\":\"llama\",\"architectures\":[\"LlamaForCausalLM\"],", "lora-r8")]
    public void A_measured_step_is_one_that_learns(string head, string adaptation)
    {
        using var backend = new CpuBackend(1);
        var options = new TrainBenchmarkOptions(new ModelPreset("tiny", head + Sizes), adaptation, Batch: 4, Length: 8, StorageType.F32, Steps: 20);
        var result = TrainBenchmark.Run(options, backend, TimeProvider.System);
        result.LossLast.ShouldBeLessThan(result.LossFirst);
        result.TokensPerSecond.Best.ShouldBeGreaterThanOrEqualTo(result.TokensPerSecond.Median);
    }

    [Fact]
    public void Every_preset_is_an_architecture_that_loads()
    {
        using var backend = new CpuBackend(1);
        foreach (var preset in ModelPreset.All)
        {
            using var model = Tributary.Learning.Models.ModelLoader.Build(preset.ConfigJson, backend, new Tributary.Learning.Models.RandomTensors(1));
            model.ParameterCount.ShouldBeGreaterThan(preset.Name == "llama-260k" ? 250_000 : 100_000_000, preset.Name);
        }

        Should.Throw<InputException>(() => ModelPreset.Named("gpt-5")).Message.ShouldContain("bert-base");
    }
}
