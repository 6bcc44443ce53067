using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Autograd;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;

namespace Tributary.Learning.Tests.Training;

/// <summary>Clients whose rows pass the backbone together have, bit for bit, the losses and gradients that they have alone.</summary>
public class JointLearnerTests
{
    private const int Clients = 5;

    public static TheoryData<string, KernelSet> Cases
    {
        get
        {
            var data = new TheoryData<string, KernelSet>();
            foreach (var config in ((IEnumerable<string>)[.. TinyModels.Families, Wide]).Where(config => !config.Contains("\"t5\"", StringComparison.Ordinal)))
            {
                foreach (var kernels in Enum.GetValues<KernelSet>().Where(kernels => kernels <= KernelSets.Best))
                {
                    data.Add(config, kernels);
                }
            }

            return data;
        }
    }

    // Heads of more than a register, and widths that no register divides.
    private const string Wide = """
        {"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"vocab_size":211,"n_positions":64,"n_embd":120,"n_layer":3,"n_head":3}
        """;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_and_gradients_are_those_of_each_client_alone(string config, KernelSet kernels)
    {
        using var cohort = new Cohort(config, new LoraConfig(Rank: 3, Dropout: 0.2, Targets: ["all-linear"]), kernels);
        cohort.ShouldBeAsAlone();
    }

    [Theory]
    [InlineData(StorageType.BF16)]
    [InlineData(StorageType.Int8)]
    [InlineData(StorageType.Nf4)]
    public void Also_over_a_base_that_is_kept_in_fewer_bits(StorageType storage)
    {
        using var cohort = new Cohort(Wide, new LoraConfig(Rank: 3), KernelSets.Best, storage: storage);
        cohort.ShouldBeAsAlone();
    }

    [Fact]
    public void Also_when_lower_blocks_are_computed_once()
    {
        using var cohort = new Cohort(Wide, new LoraConfig(Rank: 3, Layers: [1, 2]), KernelSets.Best, stored: true);
        cohort.ShouldBeAsAlone();
    }

    [Fact]
    public void Batches_of_many_rows_go_alone_and_others_take_as_many_passes_as_they_need()
    {
        using var cohort = new Cohort(Wide, new LoraConfig(Rank: 2), KernelSets.Best, clients: 24, longer: true);
        cohort.Batches.ShouldContain(batch => batch.Rows.Count > JointLearner.MostRows);
        cohort.Batches.Where(batch => batch.Rows.Count <= JointLearner.MostRows).Sum(batch => batch.Rows.Count).ShouldBeGreaterThan(JointLearner.RowsPerPass);
        cohort.ShouldBeAsAlone();
    }

    [Fact]
    public void Who_has_adapters_that_do_not_all_act_goes_alone()
    {
        using var cohort = new Cohort(Wide, new LoraConfig(Rank: 2), KernelSets.Best, stored: true);
        cohort.Learners[0].Activate();
        cohort.Learners[2].Activate((TensorKey.DefaultAdapter, 0.5f));
        cohort.ShouldBeAsAlone();
    }

    [Fact]
    public void A_step_leaves_no_garbage()
    {
        using var cohort = new Cohort(Wide, new LoraConfig(Rank: 2, Dropout: 0.1), KernelSets.Best, threads: 1);
        var joint = new JointLearner(cohort.Learners);
        for (var step = 0; step < 3; step++)
        {
            joint.AddGradients(cohort.Batches);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        joint.AddGradients(cohort.Batches);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Only_adapters_that_act_row_by_row_are_joined()
    {
        using var backend = new CpuBackend(1);
        using var model = TinyModels.Build(TinyModels.Gpt2, backend);
        using var answering = TinyModels.Build(TinyModels.T5, backend);

        Joins(new LoraConfig()).ShouldBeTrue();
        Joins(new LoraConfig(Dora: true)).ShouldBeFalse();
        Joins(new LoraConfig(Bias: LoraBias.LoraOnly)).ShouldBeFalse();
        Joins(new LoraConfig(Save: ["ln_1"])).ShouldBeFalse();
        Joins(new LoraConfig(Targets: ["wte"])).ShouldBeFalse();
        Joins(new LoraConfig(Targets: ["lm_head"])).ShouldBeFalse();
        Joins(new PromptTuningConfig(3)).ShouldBeFalse();
        Joins(new HeadConfig()).ShouldBeFalse();
        JointLearner.CanJoin(model, new LoraConfig().Resolve(model), new SequenceClassification()).ShouldBeFalse();
        JointLearner.CanJoin(answering, new LoraConfig().Resolve(answering), new LanguageModelling()).ShouldBeFalse();

        bool Joins(AdapterConfig config) => JointLearner.CanJoin(model, config.Resolve(model), new LanguageModelling());
    }

    [Fact]
    public void Learners_without_a_common_tape_are_refused()
    {
        using var one = new Cohort(Wide, new LoraConfig(Rank: 2), KernelSets.Best);
        using var other = new Cohort(Wide, new LoraConfig(Rank: 2), KernelSets.Best);
        Should.Throw<ArgumentException>(() => new JointLearner([one.Learners[0], other.Learners[0]])).Message.ShouldContain("share a tape");
    }

    /// <summary>Clients with values of their own over one model, each with a batch.</summary>
    private sealed class Cohort : IDisposable
    {
        private readonly CpuBackend backend;
        private readonly Tape tape;
        private readonly ActivationStore? store;

        public Cohort(string config, AdapterConfig adaptation, KernelSet kernels, int threads = 2, int clients = Clients, bool longer = false, bool stored = false,
            StorageType storage = StorageType.F32)
        {
            backend = new CpuBackend(threads, kernels);
            tape = new Tape(backend);
            Model = ModelLoader.Build(config, backend, new RandomTensors(5, 0.3), storage);
            store = stored ? new ActivationStore(Model, "", ActivationLimits.Default with { DiskBytes = 0 }) : null;
            var adapters = adaptation.Resolve(Model);
            Learners = [.. Enumerable.Range(0, clients).Select(client => LearnerOf(adapters, client))];
            Batches = [.. Enumerable.Range(0, clients).Select(client => Batch(client, longer))];
        }

        public LanguageModel Model { get; }

        public IReadOnlyList<Learner> Learners { get; }

        public IReadOnlyList<ClientBatch> Batches { get; }

        public void ShouldBeAsAlone()
        {
            var expected = Batches.Select(batch => (Loss: Learners[batch.Client].AddGradient(batch.Rows, batch.Scale), Gradient: Taken(batch.Client))).ToArray();
            var joint = new JointLearner(Learners);
            for (var step = 0; step < 2; step++)
            {
                joint.AddGradients(Batches);
                foreach (var (batch, (loss, gradient)) in Batches.Zip(expected))
                {
                    batch.Loss.ShouldBe(loss);
                    foreach (var tensor in Taken(batch.Client))
                    {
                        tensor.Values.ShouldBe(gradient[tensor.Key].Values, tensor.Key.Name);
                    }
                }
            }
        }

        public void Dispose()
        {
            foreach (var learner in Learners)
            {
                learner.Dispose();
            }

            store?.Dispose();
            tape.Dispose();
            Model.Dispose();
            backend.Dispose();
        }

        private ParameterSet Taken(int client)
        {
            var gradient = Learners[client].Trainable.ReadGradient();
            Learners[client].Trainable.ZeroGradient();
            return gradient;
        }

        private Learner LearnerOf(IReadOnlyList<IAdapter> adapters, int client)
        {
            var learner = new Learner(Model, adapters, new LanguageModelling(), tape, store) { DropoutKey = 5 + (ulong)client };
            var values = new ParameterSet(adapters.SelectMany(adapter => adapter.Initial(Model, 3)));
            foreach (var tensor in values)
            {
                InitialValues.Normal(tensor, 4 + (ulong)client, 0.3);
            }

            learner.Trainable.Write(values);
            return learner;
        }

        // Batches of different length and scale: all rows labelled, the last of each sequence alone, none at all.
        private ClientBatch Batch(int client, bool longer)
        {
            var batch = new ClientBatch(client) { Scale = 1f / (client + 1) };
            var most = Math.Min(Model.Shape.Positions, 40) - 2;
            for (var s = 0; s < 1 + (client % 3) + (longer ? client % 4 : 0); s++)
            {
                var length = 1 + (((7 * client) + (11 * s)) % most);
                int[] ids = [.. Enumerable.Range(0, length).Select(t => ((client * 5) + (s * 3) + (t * 11)) % 37)];
                var labelled = (client % 4) switch { 1 => length / 2, 3 => length, _ => 0 };
                batch.Rows.Add(ids, [.. ids.Select((_, t) => t < labelled ? TokenRows.Ignore : (ids[t] + 1) % 37)], sampleKey: s);
            }

            return batch;
        }
    }
}
