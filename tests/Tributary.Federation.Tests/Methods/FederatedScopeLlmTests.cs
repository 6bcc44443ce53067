using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Emulator;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The emulator is aligned where the server has data of its own; without them it is made of the base's own blocks.</summary>
[Specification(5, "federatedscope-llm", "federated-offsite-tuning")]
public sealed class FederatedScopeLlmTests : IDisposable
{
    private static readonly TokenizedDataset[] Data = [ModelFederation.Texts(1, 5), ModelFederation.Texts(2, 3)];
    private static readonly string SixBlocks = ModelFederation.Llama.Replace("\"num_hidden_layers\":2", "\"num_hidden_layers\":6", StringComparison.Ordinal);
    private static readonly TokenizedDataset Public = ModelFederation.Texts(7, 6);
    private readonly TemporaryFolder folder = new();

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    [Checks(1)]
    public void An_emulator_keeps_blocks_at_even_distances()
    {
        EmulatorConfig.Kept(28, 0.2).ShouldBe([0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 18, 19, 20, 21, 23, 24, 25, 27]);
        EmulatorConfig.Kept(10, 0.5).ShouldBe([0, 2, 4, 6, 9]);
        EmulatorConfig.Kept(4, 0).ShouldBe([0, 1, 2, 3]);
        Should.Throw<InputException>(() => EmulatorConfig.Kept(10, 0.9)).Message.ShouldContain("drop less");
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    [Checks(2)]
    public void An_emulator_of_all_blocks_is_at_no_distance_from_them_and_the_distance_has_no_scale()
    {
        Distance(drop: 0).ShouldBe(0);
        var thin = Distance(drop: 0.5);
        thin.ShouldBeGreaterThan(0.01);
        Relative([1, -2, 3, 4], [2, -2, 1, 5]).ShouldBe(6.0 / 30, 1e-7);
        foreach (var factor in new[] { 8f, 0.3f, -1e4f })
        {
            Relative([.. new float[] { 1, -2, 3, 4 }.Select(t => factor * t)], [.. new float[] { 2, -2, 1, 5 }.Select(s => factor * s)]).ShouldBe(6.0 / 30, 1e-7);
        }
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    public void Alignment_draws_the_emulator_to_the_blocks_it_stands_for_and_moves_nothing_else()
    {
        using var plain = new ModelFederation(Offsite(0.5), Data, SixBlocks);
        using var federation = new ModelFederation(Aligned(), Data, SixBlocks, own: Public);
        Distance(federation, federation.Start).ShouldBeLessThan(0.7 * Distance(drop: 0.5));
        var (own, others) = (federation.Start.Where(IsEmulator), federation.Start.Where(key => !IsEmulator(key)));
        own.Select(tensor => tensor.Key.Layer).Distinct().Order().ShouldBe([1, 4]);
        others.ShouldAllBe(tensor => tensor.Values.SequenceEqual(plain.Start[tensor.Key].Values));
        others.Count.ShouldBe(plain.Start.Count);
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    public void With_a_weight_for_the_task_alignment_lowers_the_loss_of_the_thinned_out_model()
    {
        using var plain = new ModelFederation(Offsite(0.5), Data, SixBlocks);
        using var federation = new ModelFederation(Aligned(distillation: 0.1, task: 0.9), Data, SixBlocks, own: Public);
        TaskLoss(federation).ShouldBeLessThan(0.7 * TaskLoss(plain));
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    [Checks(3)]
    public void An_aligned_emulator_is_handed_over_once_and_stays_as_it_is()
    {
        using var federation = new ModelFederation(Aligned(), Data, SixBlocks, own: Public);
        var last = federation.Run(3)[^1].Model;
        var emulator = federation.Start.Where(IsEmulator);
        last.Where(IsEmulator).ShouldAllBe(tensor => tensor.Values.SequenceEqual(emulator[tensor.Key].Values));
        last.Where(key => !IsEmulator(key)).ShouldAllBe(tensor => !tensor.Values.SequenceEqual(federation.Start[tensor.Key].Values));
        foreach (var visit in federation.Visits)
        {
            visit.Up.Section(MessageBody.Parameters).Where(IsEmulator).Count.ShouldBe(0);
            visit.Down.Section(MessageBody.Parameters).Where(IsEmulator).Count.ShouldBe(visit.Version == 0 ? emulator.Count : 0);
            emulator.ShouldAllBe(tensor => visit.Start[tensor.Key].Values.SequenceEqual(tensor.Values) && visit.Trained[tensor.Key].Values.SequenceEqual(tensor.Values));
        }

        TrafficSum[] planned = [.. federation.Forecast(3).Select(round => round.Bytes)];
        planned.ShouldBe(federation.Ledger.Rounds.Values);
        (planned[0].Down.ValueBytes - planned[1].Down.ValueBytes).ShouldBe(2 * 4 * emulator.Sum(tensor => (long)tensor.Values.Length));
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    public void A_run_with_an_aligned_emulator_that_is_killed_ends_in_the_same_bits()
    {
        using var whole = new ModelFederation(Aligned(), Data, SixBlocks, own: Public);
        using var killed = new ModelFederation(Aligned(), Data, SixBlocks, own: Public) { DiesAfter = 3 };
        Should.Throw<OperationCanceledException>(() => killed.Run(3));
        var (expected, resumed) = (whole.Run(3)[^1].Model, killed.Run(3)[^1].Model);
        resumed.ShouldAllBe(tensor => tensor.Values.SequenceEqual(expected[tensor.Key].Values));
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    public void Without_data_of_the_servers_own_nothing_is_aligned_and_people_are_told()
    {
        var (with, without) = (InitialisationRules.For(Offsite(0.5), hasPublicData: true), InitialisationRules.For(Offsite(0.5), hasPublicData: false));
        ((EmulatorConfig)with.Adaptation).Own.ShouldBeTrue();
        without.Adaptation.ShouldBe(new EmulatorConfig(1, 1, 0.5));
        InitialisationRules.Warnings(with, hasPublicData: true).ShouldBeEmpty();
        InitialisationRules.Warnings(without, hasPublicData: false).ShouldHaveSingleItem().ShouldContain("not aligned");
        InitialisationRules.Warnings(Catalogue.FedIt, hasPublicData: true).ShouldHaveSingleItem().ShouldContain("data.public is not used");
        InitialisationRules.Warnings(InitialisationRules.For(Catalogue.FedIt with { Initialisation = new Initialisation.AlignedEmulator() }, hasPublicData: true), hasPublicData: true)
            .ShouldBe(["nothing is aligned: adaptation has no emulator", "data.public is not used: no part of this method has the server train on data of its own"]);
        MethodRules.Refusals(Catalogue.FederatedOffsiteTuning with { Initialisation = new Initialisation.AlignedEmulator(DistillationWeight: 0) }).ShouldHaveSingleItem().ShouldContain("not both 0");
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    [Checks(3)]
    public void The_emulator_neither_moves_nor_travels()
    {
        using var federation = new ModelFederation(Offsite(0.5), Data, SixBlocks);
        var before = federation.BaseOutputs();
        federation.Run(3);
        federation.BaseOutputs().ShouldBe(before);
        foreach (var visit in federation.Visits)
        {
            visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key.Layer).Distinct().Order().ShouldBe([0, 5]);
            visit.Down.Section(MessageBody.Parameters).Select(tensor => tensor.Key.Layer).Distinct().Order().ShouldBe([0, 5]);
        }
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    public void Clients_compute_without_the_dropped_blocks_and_without_a_drop_with_all()
    {
        using var thin = new ModelFederation(Offsite(0.5), Data, SixBlocks);
        using var whole = new ModelFederation(Offsite(0), Data, SixBlocks);
        thin.Logits(thin.Start).ShouldNotBe(thin.BaseLogits());
        whole.Logits(whole.Start).ShouldBe(whole.BaseLogits());
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    [Checks(4)]
    public void What_is_trained_is_plugged_into_the_whole_model_block_by_block()
    {
        using var federation = new ModelFederation(Offsite(0.5), Data, SixBlocks);
        PluggedIn(federation, federation.Run(2)[1].Model, Offsite(0.5));
    }

    [Fact]
    [Trait("Method", "federated-offsite-tuning")]
    [Checks(4)]
    public void What_is_trained_over_an_aligned_emulator_is_plugged_in_without_it()
    {
        using var federation = new ModelFederation(Aligned(), Data, SixBlocks, own: Public);
        PluggedIn(federation, federation.Run(2)[1].Model, InitialisationRules.For(Aligned(), hasPublicData: true));
    }

    private void PluggedIn(ModelFederation federation, ParameterSet trained, Method method)
    {
        var adapters = method.Adaptation.ForTask(federation.Model.Shape.Task).Resolve(federation.Model);
        AdapterFolder.WriteAll(folder.PathOf("adapter"), adapters, trained, "base");
        var (adapter, values) = AdapterFolder.Read(folder.PathOf("adapter"), federation.Model);
        values.Select(tensor => tensor.Key.Name).ShouldContain(name => name.StartsWith("model.layers.5.", StringComparison.Ordinal));
        var plugged = federation.Logits([adapter], values);
        plugged.ShouldBe(federation.Logits(new LayersConfig([0, 5]).Resolve(federation.Model), trained.Where(key => !IsEmulator(key))));
        plugged.ShouldNotBe(federation.Logits(trained));
    }

    [Fact]
    [Checks(5)]
    public void One_client_in_one_round_of_LoRA_is_local_training()
    {
        using var federation = new ModelFederation(Catalogue.FederatedScopeLlm, [Data[0]]);
        var model = federation.Run(1)[0].Model;
        model.ShouldAllBe(tensor => federation.Visits[0].Up.Section(MessageBody.Parameters)[tensor.Key].Values.SequenceEqual(tensor.Values));
        federation.Visits[0].Up.Numbers["steps"].ShouldBe(30);
    }

    public void Dispose() => folder.Dispose();

    private static bool IsEmulator(TensorKey key) => key.Adapter == EmulatorConfig.OwnName;

    // Of an emulator with weights of its own as they begin.
    private static double Distance(double drop)
    {
        using var federation = new ModelFederation(Offsite(drop) with { Initialisation = new Initialisation.Standard(), Adaptation = new EmulatorConfig(1, 1, drop, Own: true) }, Data, SixBlocks);
        return Distance(federation, federation.Start);
    }

    private static double Distance(ModelFederation federation, ParameterSet values)
    {
        federation.Learner.Write(values);
        federation.Learner.Objective = new EmulatorLoss(1, 5, 1, new LanguageModelling(), 0);
        return LossOn(federation);
    }

    private static double TaskLoss(ModelFederation federation)
    {
        federation.Learner.Write(federation.Start);
        return LossOn(federation);
    }

    private static double LossOn(ModelFederation federation)
    {
        var rows = new TokenRows();
        Public.Fill(rows, [.. Enumerable.Range(0, Public.Count)]);
        return federation.Learner.Loss(rows);
    }

    private static double Relative(float[] target, float[] given)
    {
        using var backend = new CpuBackend(1);
        using var tape = new Tape(backend);
        var (t, s) = (tape.Arena.Rent(2, 2), tape.Arena.Rent(2, 2));
        backend.Upload(target, t);
        backend.Upload(given, s);
        return tape.RelativeError(tape.Input(s), tape.Input(t)).Scalar;
    }

    private static Method Aligned(double distillation = 1, double task = 0) =>
        Offsite(0.5) with { Initialisation = new Initialisation.AlignedEmulator(Steps: 60, LearningRate: 1e-2, distillation, task, BatchSize: 3) };

    private static Method Offsite(double drop) => Catalogue.FederatedOffsiteTuning with
    {
        Adaptation = new EmulatorConfig(1, 1, drop),
        LocalProgram = Catalogue.FederatedOffsiteTuning.LocalProgram.WithEveryPhase(phase => phase with { Budget = new Budget.Steps(2) }),
    };
}
