using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Simulation.Tests.Benchmarks;

public sealed class FrozenLayersBenchmarkTests : IDisposable
{
    private const string Config = """
        {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":50,"max_position_embeddings":32,"hidden_size":64,"num_hidden_layers":8,"num_attention_heads":2,
        "intermediate_size":128}
        """;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Blocks_below_are_reused_with_the_same_losses()
    {
        using var backend = new CpuBackend(1);
        var options = new FrozenLayersBenchmarkOptions(new ModelPreset("tiny", Config), TrainedBlocks: 1, Batch: 4, Length: 32, StorageType.F32, Steps: 15);
        var result = FrozenLayersBenchmark.Run(options, backend, folder.Root, TimeProvider.System);
        (result.FrozenBlocks, result.OfBlocks, result.BytesPerToken).ShouldBe((7, 8, 64L * 4));
        result.SameLosses.ShouldBeTrue();
        result.FromMemoryMs.Best.ShouldBeLessThan(result.ComputedMs.Best, "seven blocks of eight are not computed");
        Should.Throw<InputException>(() => FrozenLayersBenchmark.Run(options with { TrainedBlocks = 9 }, backend, folder.Root, TimeProvider.System)).Message.ShouldContain("8 blocks");
    }

    public void Dispose() => folder.Dispose();
}
