using Tributary.Learning.Data;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Simulation.Tests.Benchmarks;

public sealed class PaddingBenchmarkTests
{
    private const string Config = """
        {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":50257,"max_position_embeddings":64,"hidden_size":16,"num_hidden_layers":2,"num_attention_heads":2,
        "intermediate_size":32}
        """;

    [SharedDataFact]
    public void A_batch_of_uneven_lengths_has_a_row_for_each_token_and_no_others()
    {
        using var backend = new CpuBackend(1);
        var options = new PaddingBenchmarkOptions(
            new ModelPreset("tiny", Config), SharedData.PathOf("data", "instruction", "alpaca", "alpaca_data.json"), DataFormat.Alpaca,
            SharedData.PathOf("models", "tokenizers", "gpt2"), Batch: 4, MaxLength: 64, Steps: 3);
        var result = PaddingBenchmark.Run(options, backend, TimeProvider.System);
        result.Rows.ShouldBe(result.Tokens);
        result.PaddedRows.ShouldBeGreaterThanOrEqualTo(result.Rows);
        result.AttentionPairs.ShouldBeGreaterThanOrEqualTo(1);
        result.StepMs.Median.ShouldBeGreaterThan(0);
    }
}
