using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.None;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Adaptation.PTuning;
using Tributary.Learning.Autograd;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;
using Tributary.Tests;

namespace Tributary.Learning.Tests.FrozenLayers;

public sealed class LowerLayersTests : IDisposable
{
    private static readonly int[][] Samples = [[3, 9, 27, 1, 5], [8, 2, 30], [4, 4, 11, 36, 20, 7, 1], [17, 6], [3, 9, 27, 1, 5, 30]];

    // Every sample alone and beside others, in changing places.
    private static readonly int[][] Batches = [[0, 1], [2], [1, 3, 4], [0, 4, 2], [3], [4, 1, 0, 2, 3]];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Decoders => TinyModels.Decoders;

    public static TheoryData<string> Encoders => [.. TinyModels.Encoders, TinyModels.BertTagger, TinyModels.RobertaClassifier, TinyModels.DistilBertClassifier];

    [Theory]
    [MemberData(nameof(Decoders))]
    [MemberData(nameof(Encoders))]
    [InlineData(TinyModels.Gpt2Classifier)]
    [InlineData(TinyModels.T5)]
    public void Training_and_measuring_give_the_same_bits_with_rows_computed_once(string config)
    {
        foreach (var adaptation in new AdapterConfig[] { new LoraConfig(2, 4, Dropout: 0.2, Targets: ["all-linear"], Layers: [1]), new LayersConfig([-1]), new HeadConfig(), new BottleneckConfig(Size: 4, Units: 2, Top: 1) })
        {
            var computed = Trained(config, adaptation, ActivationLimits.None);
            Trained(config, adaptation, ActivationLimits.Default).ShouldBe(computed);
            Trained(config, adaptation, new ActivationLimits(500, long.MaxValue)).ShouldBe(computed);
        }
    }

    [Fact]
    public void Nothing_is_kept_of_blocks_that_something_trained_lies_below()
    {
        Blocks(TinyModels.Gpt2, new LoraConfig(2, 4)).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new LoraConfig(2, 4, Layers: [1])).ShouldBe(1);
        Blocks(TinyModels.Gpt2, new BottleneckConfig(Size: 4, Top: 1)).ShouldBe(1);
        Blocks(TinyModels.Gpt2, new BottleneckConfig(Size: 4, Top: 9)).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new LoraConfig(2, 4, Targets: ["wte"])).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new LoraConfig(2, 4, Targets: ["lm_head"])).ShouldBe(2);
        Blocks(TinyModels.Gpt2, new LoraConfig(2, 4, Layers: [1], Bias: LoraBias.All)).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new LoraConfig(2, 4, Layers: [1], Dora: true)).ShouldBe(1);
        Blocks(TinyModels.Gpt2, new LayersConfig([0])).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new LayersConfig([-1])).ShouldBe(1);
        Blocks(TinyModels.Gpt2, new HeadConfig()).ShouldBe(2, "the head's copy is no longer the embedding's");
        Blocks(TinyModels.Gpt2, new BitFitConfig()).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new BottleneckConfig(Size: 2, LeaveOut: [0])).ShouldBe(1);
        Blocks(TinyModels.Gpt2, new FullConfig()).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new NoneConfig()).ShouldBe(2);
        Blocks(TinyModels.Gpt2, new PromptTuningConfig(2)).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new PrefixTuningConfig(2)).ShouldBe(0);
        Blocks(TinyModels.Gpt2, new PTuningConfig(2, 3)).ShouldBe(0);
        Blocks(TinyModels.MobileBert, new LoraConfig(2, 4, Targets: ["embedding_transformation"])).ShouldBe(0);
        Blocks(TinyModels.PostNormOpt, new LoraConfig(2, 4, Targets: ["project_in"])).ShouldBe(0);
        Blocks(TinyModels.PostNormOpt, new LoraConfig(2, 4, Targets: ["project_out"])).ShouldBe(2);
        Blocks(TinyModels.T5, new HeadConfig()).ShouldBe(0, "a decoder's blocks see what the encoder made of another text");
    }

    [Fact]
    public void A_sample_is_computed_once_whatever_stands_beside_it()
    {
        using var model = new AdaptedLearner(TinyModels.Llama, new LayersConfig([-1]), folder.PathOf("scratch"), ActivationLimits.Default);
        foreach (var batch in Batches.Concat(Batches))
        {
            model.Learner.AddGradient(Rows(batch));
            model.Learner.Loss(Rows(batch));
        }

        model.Store.MemoryBytes.ShouldBe(ActivationStore.BytesOf(model.Model, Samples.Sum(s => s.Length)));
    }

    [Fact]
    public void Kept_rows_stand_in_for_the_blocks()
    {
        using var model = new AdaptedLearner(TinyModels.Llama, new LayersConfig([-1]), folder.PathOf("scratch"), ActivationLimits.Default);
        var rows = Rows([0]);
        var room = Array.Empty<int>();
        using var buffer = model.Model.Backend.Allocate(5 * 16);
        model.Store.Add(SequenceKey.Of(rows, rows.Segments[0], 1, ref room), buffer.AsMatrix(5, 16), new float[64]);
        using var other = new AdaptedLearner(TinyModels.Llama, new LayersConfig([-1]), folder.PathOf("scratch"), ActivationLimits.Default);

        model.Learner.Loss(rows).ShouldNotBe(other.Learner.Loss(rows));
    }

    [Fact]
    public void Sequences_made_for_one_use_are_not_kept()
    {
        using var model = new AdaptedLearner(TinyModels.Bert, new LayersConfig([-1]), folder.PathOf("scratch"), ActivationLimits.Default);
        var rows = Rows([0, 1]);
        rows.Recurs = false;
        model.Learner.AddGradient(rows);
        model.Store.MemoryBytes.ShouldBe(0);
    }

    [Fact]
    public void With_other_adapters_active_other_blocks_are_kept()
    {
        using var model = new AdaptedLearner(TinyModels.Gpt2, new LoraConfig(2, 4), folder.PathOf("scratch"), ActivationLimits.Default);
        var (rows, values) = (Rows([0]), model.Learner.Trainable.Read());
        foreach (var tensor in values)
        {
            InitialValues.Normal(tensor, 4, 0.5);
        }

        model.Learner.Trainable.Write(values);
        var adapted = model.Learner.Loss(rows);
        model.Learner.Activate();
        model.Learner.FrozenBlocks.ShouldBe(2);
        var plain = model.Learner.Loss(rows);
        model.Learner.Loss(rows).ShouldBe(plain);
        plain.ShouldNotBe(adapted);
        model.Learner.Activate(("default", 1f));
        model.Learner.Loss(rows).ShouldBe(adapted);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(0)]
    public void A_step_on_kept_rows_leaves_no_garbage(long memory)
    {
        using var model = new AdaptedLearner(TinyModels.Gpt2, new LayersConfig([-1]), folder.PathOf("scratch"), new ActivationLimits(memory, long.MaxValue));
        var rows = Rows([0, 2, 1]);
        for (var step = 0; step < 3; step++)
        {
            model.Learner.AddGradient(rows);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        model.Learner.AddGradient(rows);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Learners_on_many_threads_share_a_store()
    {
        using var backend = new CpuBackend(1);
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var store = new ActivationStore(model, folder.PathOf("scratch"), new ActivationLimits(400, long.MaxValue));
        var losses = new double[8][];
        Parallel.For(0, losses.Length, i =>
        {
            using var tape = new Tape(backend);
            using var learner = new Learner(model, new NoneConfig().Resolve(model), Objective.Of(model.Shape), tape, store);
            losses[i] = [.. Batches.Concat(Batches).Select(batch => learner.Loss(Rows(batch)))];
        });

        losses.ShouldAllBe(own => own.SequenceEqual(losses[0]));
        (store.MemoryBytes + store.DiskBytes).ShouldBe(ActivationStore.BytesOf(model, Samples.Sum(s => s.Length)));
    }

    public void Dispose() => folder.Dispose();

    private static TokenRows Rows(int[] batch)
    {
        var rows = new TokenRows();
        foreach (var s in batch)
        {
            rows.Add(Samples[s], [.. Samples[s].Skip(1), TokenRows.Ignore], sampleKey: s, classLabel: s % 3);
        }

        return rows;
    }

    private static int Blocks(string config, AdapterConfig adaptation)
    {
        using var model = new AdaptedLearner(config, adaptation, "", ActivationLimits.None);
        return model.Learner.FrozenBlocks;
    }

    /// <summary>Losses of steps and measurements, and the values after them.</summary>
    private List<float> Trained(string config, AdapterConfig adaptation, ActivationLimits limits)
    {
        using var model = new AdaptedLearner(config, adaptation, folder.PathOf("scratch"), limits);
        var learner = model.Learner;
        using var optimizer = new Optimizer(new OptimizerSpec.AdamW(1e-2), model.Model.Backend, learner.Trainable.Length);
        var numbers = new List<float>();
        foreach (var (batch, step) in Batches.Concat(Batches).Select((batch, step) => (batch, step)))
        {
            var rows = TinyModels.Rows(model.Model, [.. batch.Select(s => Samples[s])]);
            learner.DropoutKey = (ulong)step;
            learner.Trainable.ZeroGradient();
            numbers.Add((float)learner.AddGradient(rows));
            optimizer.Step(learner.Trainable.Values, learner.Trainable.Gradient, 1e-2);
            numbers.Add((float)learner.Loss(rows));
        }

        numbers.AddRange(learner.Trainable.Read().SelectMany(tensor => tensor.Values));
        return numbers;
    }

    private sealed class AdaptedLearner : IDisposable
    {
        private readonly CpuBackend backend = new(2);
        private readonly Tape tape;

        public AdaptedLearner(string config, AdapterConfig adaptation, string scratch, ActivationLimits limits)
        {
            Model = TinyModels.Build(config, backend);
            tape = new Tape(backend);
            Store = new ActivationStore(Model, scratch, limits);
            var adapters = adaptation.ForTask(Model.Shape.Task).Resolve(Model);
            Learner = new Learner(Model, adapters, Objective.Of(Model.Shape), tape, limits == ActivationLimits.None ? null : Store);
            Learner.Trainable.Write(new ParameterSet(adapters.SelectMany(a => a.Initial(Model, 7))));
        }

        public LanguageModel Model { get; }

        public ActivationStore Store { get; }

        public Learner Learner { get; }

        public void Dispose()
        {
            Learner.Dispose();
            Store.Dispose();
            tape.Dispose();
            Model.Dispose();
            backend.Dispose();
        }
    }
}
