using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.LinearAlgebra;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Training;

/// <summary>Updates of base weights that lie beside a shared base.</summary>
public sealed class LearnerBaseTests
{
    private static readonly int[] Text = [3, 9, 27, 1, 5, 30];

    /// <summary>Ranks of an update that are kept as factors, and so many that the matrix is smaller.</summary>
    public static TheoryData<string, string, int> Places => new()
    {
        { TinyModels.Llama, "all-linear", 2 },
        { TinyModels.Llama, "all-linear", 40 },
        { TinyModels.Gpt2, "all-linear", 2 },
        { TinyModels.Gpt2, "all-linear", 40 },
        { TinyModels.Gpt2, "wte", 2 },
        { TinyModels.Gpt2, "wte", 40 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void An_update_of_the_base_does_what_an_adapter_of_its_factors_does(string config, string target, int rank)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        var carrier = new LoraAdapter(new LoraConfig(rank, rank, Targets: [target]), model);
        var values = Random(carrier, model);
        var updates = UpdatesOf(carrier, values);
        updates.ShouldAllBe(tensor => tensor.Key.Role == "base" == (rank == 40));

        var adapter = new LoraAdapter(new LoraConfig(2, 4, Targets: [target]), model);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape);
        learner.Write(new ParameterSet(adapter.Initial(model, 1).Concat(updates)));
        var updated = learner.Logits(Rows());
        learner.Write(adapter.Initial(model, 1));
        var plain = learner.Logits(Rows());

        using var other = new Learner(model, [carrier], Objective.Of(model.Shape), tape);
        other.Write(values);
        updated.ShouldBe(other.Logits(Rows()), 1e-5);
        plain.Zip(updated).ShouldContain(pair => Math.Abs(pair.First - pair.Second) > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Gradients_are_those_of_the_updated_base(string config, string target, int rank)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        var carrier = new LoraAdapter(new LoraConfig(rank, rank, Targets: [target]), model);
        var adapter = new LoraAdapter(new LoraConfig(2, 4, Targets: [target]), model);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape);
        var (values, direction) = (Random(adapter, model, 3), Random(adapter, model, 5));
        learner.Write(values);
        learner.WriteBase(UpdatesOf(carrier, Random(carrier, model)));
        learner.Trainable.ZeroGradient();
        learner.AddGradient(Rows());
        var slope = learner.Trainable.ReadGradient().Zip(direction).Sum(pair => pair.First.Values.Zip(pair.Second.Values).Sum(v => (double)v.First * v.Second));
        learner.DirectionalDerivative(Rows(), direction).ShouldBe(slope, 1e-5 * Math.Max(1, Math.Abs(slope)));

        const double Step = 1e-3;
        learner.Trainable.Write(Moved(values, direction, Step));
        var ahead = learner.Loss(Rows());
        learner.Trainable.Write(Moved(values, direction, -Step));
        ((ahead - learner.Loss(Rows())) / (2 * Step)).ShouldBe(slope, 1e-3 * Math.Max(1, Math.Abs(slope)));
    }

    [Theory]
    [InlineData(StorageType.Int8)]
    [InlineData(StorageType.Nf4)]
    public void A_quantised_base_keeps_its_bits_and_the_update_its_precision(StorageType storage)
    {
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(TinyModels.Llama, backend, new RandomTensors(3, 0.3), storage);
        var carrier = new LoraAdapter(new LoraConfig(2, 2, Targets: ["all-linear"]), model);

        // Far below the steps of the base's own numbers.
        var values = new ParameterSet(Random(carrier, model).Select(tensor => tensor with { Values = Array.ConvertAll(tensor.Values, v => 0.3f * v) }));
        var adapter = new LoraAdapter(new LoraConfig(2, 4, Targets: ["all-linear"]), model);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape);
        learner.Write(adapter.Initial(model, 1));
        var plain = learner.Logits(Rows());
        learner.WriteBase(UpdatesOf(carrier, values));
        using var other = new Learner(model, [carrier], Objective.Of(model.Shape), tape);
        other.Write(values);
        var moved = learner.Logits(Rows());
        moved.ShouldBe(other.Logits(Rows()), 1e-5);
        moved.Zip(plain).ShouldContain(pair => Math.Abs(pair.First - pair.Second) > 1e-4);
        learner.WriteBase(ParameterSet.Empty);
        learner.Logits(Rows()).ShouldBe(plain);
    }

    [Fact]
    public void Updates_of_modules_without_adapters_are_refused_and_leave_those_before()
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        var (wide, narrow) = (new LoraAdapter(new LoraConfig(2, 2, Targets: ["all-linear"]), model), new LoraAdapter(new LoraConfig(2, 2, Targets: ["q_proj"]), model));
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [narrow], Objective.Of(model.Shape), tape);
        learner.Write(narrow.Initial(model, 1));
        learner.WriteBase(UpdatesOf(narrow, Random(narrow, model)));
        var logits = learner.Logits(Rows());
        Should.Throw<InputException>(() => learner.WriteBase(UpdatesOf(wide, Random(wide, model)))).Message.ShouldContain("modules that have LoRA");
        learner.Logits(Rows()).ShouldBe(logits);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void An_absorbed_base_is_an_adapter_for_the_unchanged_one(int rank)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        var carrier = new LoraAdapter(new LoraConfig(rank, rank, Targets: ["q_proj", "down_proj"]), model);
        var config = new LoraConfig(2, 6, Targets: ["q_proj", "down_proj", "v_proj"], RankStabilised: true, Save: ["lm_head"]);
        var adapter = new LoraAdapter(config, model);
        var values = new ParameterSet(Random(adapter, model, 7).Concat(UpdatesOf(carrier, Random(carrier, model))));
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape);
        learner.Write(values);

        var (absorbed, written) = BaseAbsorption.Absorb(model, [adapter], values);
        written.ShouldAllBe(tensor => !BaseUpdate.IsPart(tensor.Key));
        using var other = new Learner(model, absorbed, Objective.Of(model.Shape), tape);
        other.Write(written);
        other.Logits(Rows()).ShouldBe(learner.Logits(Rows()), 1e-4);

        // Without a base there is nothing to absorb.
        BaseAbsorption.Absorb(model, [adapter], adapter.Initial(model, 1)).Adapters.ShouldBe([adapter]);
    }

    private static ParameterSet UpdatesOf(LoraAdapter carrier, ParameterSet values) => new(carrier.Sites.SelectMany(site =>
        BaseUpdate.Of(values[site.A], values[site.B]).Plus(ParameterSet.Empty, site.Factors(values))));

    private static ParameterSet Random(LoraAdapter adapter, LanguageModel model, int seed = 1) => new(adapter.Initial(model, 1).Select(tensor =>
        tensor with { Values = [.. tensor.Values.Select((_, i) => (float)(0.1 * Math.Sin((1.7 * i) + seed + tensor.Key.Name.Length)))] }));

    private static ParameterSet Moved(ParameterSet values, ParameterSet direction, double step) => new(values.Zip(direction).Select(pair =>
        pair.First with { Values = [.. pair.First.Values.Zip(pair.Second.Values, (v, d) => (float)(v + (step * d)))] }));

    private static TokenRows Rows()
    {
        var rows = new TokenRows();
        rows.Add(Text, [.. Text.Skip(1), TokenRows.Ignore]);
        return rows;
    }
}
