using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Ia3;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

public class QuantisedModelTests
{
    private static readonly int[] Text = [3, 9, 27, 1, 5, 30];

    public static TheoryData<string, StorageType> ModelsAndStorages
    {
        get
        {
            var data = new TheoryData<string, StorageType>();
            foreach (var storage in Enum.GetValues<StorageType>())
            {
                data.Add(TinyModels.Gpt2, storage);
                data.Add(TinyModels.Llama, storage);
            }

            return data;
        }
    }

    [Theory]
    [InlineData(StorageType.F32, StorageType.F32, StorageType.F32)]
    [InlineData(StorageType.BF16, StorageType.BF16, StorageType.BF16)]
    [InlineData(StorageType.Int8, StorageType.Int8, StorageType.BF16)]
    [InlineData(StorageType.Nf4, StorageType.Nf4, StorageType.BF16)]
    public void Linear_layers_inside_blocks_are_kept_as_asked_and_the_output_layer_in_bfloat16_at_least(StorageType asked, StorageType inside, StorageType outside)
    {
        using var backend = new ReferenceBackend<float>();
        using var model = Build(TinyModels.Llama, backend, asked);
        model.Tensors.Where(t => t.Key.Name.EndsWith("_proj.weight", StringComparison.Ordinal)).ShouldAllBe(t => t.Storage == inside);
        model.Head.Weight.Storage.ShouldBe(outside);
    }

    [Theory]
    [MemberData(nameof(ModelsAndStorages))]
    public void Loss_and_gradients_of_adapters_are_those_of_the_naive_twin(string config, StorageType storage)
    {
        foreach (var adapter in new AdapterConfig[] { Lora("all-linear"), Lora("lm_head"), Lora(config == TinyModels.Gpt2 ? "wte" : "embed_tokens"), Lora("all-linear") with { Dora = true }, new Ia3Config() })
        {
            Compare(config, storage, adapter);
        }
    }

    [Theory]
    [MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Every_family_can_stand_on_four_bits(string config) => Compare(config, StorageType.Nf4, Lora("all-linear"));

    [Theory]
    [MemberData(nameof(ModelsAndStorages))]
    public void The_memory_held_is_what_is_said_beforehand(string config, StorageType storage)
    {
        // Sizes that fill panels and blocks.
        config = config.Replace(":16", ":64", StringComparison.Ordinal).Replace(":24,\"tie", ":192,\"tie", StringComparison.Ordinal).Replace(":37", ":40", StringComparison.Ordinal);
        using var backend = new CpuBackend(1, KernelSet.Portable);
        using var model = Build(config, backend, storage);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        learner.Loss(TinyModels.Rows(Text));
        model.DeviceBytes.ShouldBe(model.BytesIn(storage));
    }

    [Theory]
    [InlineData(TinyModels.Gpt2)]
    [InlineData(TinyModels.Llama)]
    public void Merging_adds_to_the_weights_of_the_file_and_not_to_what_storage_left_of_them(string config)
    {
        using var backend = new ReferenceBackend<float>();
        using var plain = Build(config, backend, StorageType.F32);
        using var quantised = Build(config, backend, StorageType.Nf4);
        Merged(quantised).Zip(Merged(plain)).ShouldAllBe(p => p.First.Key == p.Second.Key && p.First.Values.SequenceEqual(p.Second.Values));

        static ParameterSet Merged(LanguageModel model)
        {
            var adapter = Lora("all-linear").Resolve(model)[0];
            return MergedWeights.Of(model, [(adapter, Values(adapter, model))]).ToSet();
        }
    }

    [Fact]
    public void A_model_whose_weights_are_all_trained_is_not_rounded()
    {
        using var backend = new ReferenceBackend<float>();
        using var plain = Build(TinyModels.Llama, backend, StorageType.F32);
        using var quantised = Build(TinyModels.Llama, backend, StorageType.Nf4);
        Logits(quantised, new FullConfig()).ShouldBe(Logits(plain, new FullConfig()));
        Logits(quantised, Lora("q_proj")).ShouldNotBe(Logits(plain, Lora("q_proj")));

        static float[] Logits(LanguageModel model, AdapterConfig config)
        {
            var adapter = config.Resolve(model)[0];
            using var tape = new Tape(model.Backend);
            using var learner = new Learner(model, [adapter], new LanguageModelling(), tape);
            learner.Trainable.Write(adapter.Initial(model, 1));
            return learner.Logits(TinyModels.Rows(Text));
        }
    }

    [Theory]
    [InlineData(StorageType.F32)]
    [InlineData(StorageType.Nf4)]
    public void No_tensor_is_read_whole(StorageType storage)
    {
        const string Wide = """
            {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":40000,"max_position_embeddings":24,"hidden_size":64,"num_hidden_layers":1,
            "num_attention_heads":4,"intermediate_size":24,"tie_word_embeddings":false}
            """;
        using var backend = new CpuBackend(2);
        var source = new WatchedTensors();
        using var model = ModelLoader.Build(Wide, backend, source, storage);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        learner.Loss(TinyModels.Rows(Text));
        source.Longest.ShouldBeInRange(1, 1 << 20);
    }

    private static LanguageModel Build(string config, IBackend backend, StorageType storage) => ModelLoader.Build(config, backend, new RandomTensors(5, 0.3), storage);

    private static LoraConfig Lora(string targets) => new(Rank: 3, Alpha: 5, Targets: [targets]);

    private static ParameterSet Values(IAdapter adapter, LanguageModel model)
    {
        var values = adapter.Initial(model, 1);
        foreach (var tensor in values)
        {
            InitialValues.Normal(tensor, 2, 0.3);
        }

        return values;
    }

    /// <summary>With kernels that round weights alone, and with the best ones, which may round what bfloat16 weights are multiplied by to 8 bits as well.</summary>
    private static void Compare(string config, StorageType storage, AdapterConfig adapter)
    {
        Compare(config, storage, adapter, KernelSets.Best < KernelSet.Avx2 ? KernelSets.Best : KernelSet.Avx2, 1e-5, 1e-4f);
        Compare(config, storage, adapter, KernelSets.Best, storage == StorageType.F32 ? 1e-5 : 1e-2, storage == StorageType.F32 ? 1e-4f : 0.05f);
    }

    private static void Compare(string config, StorageType storage, AdapterConfig adapter, KernelSet kernels, double lossTolerance, float gradientTolerance)
    {
        using var fast = new CpuBackend(2, kernels);
        using var naive = new ReferenceBackend<double>();
        var (loss, gradient) = Step(Build(config, fast, storage), adapter);
        var (expectedLoss, expected) = Step(Build(config, naive, storage), adapter);
        loss.ShouldBe(expectedLoss, lossTolerance * Math.Max(1, expectedLoss));
        gradient.Count.ShouldBe(expected.Count);
        foreach (var (ours, theirs) in gradient.Zip(expected))
        {
            var largest = theirs.Values.Max(MathF.Abs);
            ours.Values.Zip(theirs.Values).Max(p => MathF.Abs(p.First - p.Second)).ShouldBeLessThanOrEqualTo((gradientTolerance * largest) + 1e-7f, ours.Key.Name);
        }
    }

    private static (double Loss, ParameterSet Gradient) Step(LanguageModel built, AdapterConfig config)
    {
        using var model = built;
        using var tape = new Tape(model.Backend);
        var adapter = config.Resolve(model)[0];
        using var learner = new Learner(model, [adapter], new LanguageModelling(), tape);
        learner.Trainable.Write(Values(adapter, model));
        learner.Trainable.ZeroGradient();
        return (learner.AddGradient(TinyModels.Rows(model, Text)), learner.Trainable.ReadGradient());
    }

    private sealed class WatchedTensors : ITensorSource
    {
        private readonly RandomTensors tensors = RandomTensors.Uniform(5);
        private int longest;

        public int Longest => longest;

        public IReadOnlyCollection<string>? Names => null;

        public int[]? Shape(string name) => null;

        public void Read(string name, long start, Span<float> destination)
        {
            for (var seen = longest; destination.Length > seen; seen = longest)
            {
                Interlocked.CompareExchange(ref longest, destination.Length, seen);
            }

            tensors.Read(name, start, destination);
        }

        public void Dispose() => tensors.Dispose();
    }
}
