using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Emulator;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Methods;

/// <summary>Aligning the emulator on the server before the first round is optional in the paper and not built; the emulator is made of the base's own blocks.</summary>
[Specification(5, "federatedscope-llm", "federated-offsite-tuning")]
[OpenCheck(2, "the emulator is not aligned before the first round; without dropped blocks it is the base")]
public sealed class FederatedScopeLlmTests : IDisposable
{
    private static readonly TokenizedDataset[] Data = [ModelFederation.Texts(1, 5), ModelFederation.Texts(2, 3)];
    private static readonly string SixBlocks = ModelFederation.Llama.Replace("\"num_hidden_layers\":2", "\"num_hidden_layers\":6", StringComparison.Ordinal);
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
        var trained = federation.Run(2)[1].Model;
        var adapters = Offsite(0.5).Adaptation.ForTask(federation.Model.Shape.Task).Resolve(federation.Model);
        AdapterFolder.WriteAll(folder.PathOf("adapter"), adapters, trained, "base");
        var (adapter, values) = AdapterFolder.Read(folder.PathOf("adapter"), federation.Model);
        values.Select(tensor => tensor.Key.Name).ShouldContain(name => name.StartsWith("model.layers.5.", StringComparison.Ordinal));
        var plugged = federation.Logits([adapter], values);
        plugged.ShouldBe(federation.Logits(new LayersConfig([0, 5]).Resolve(federation.Model), trained));
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

    private static Method Offsite(double drop) => Catalogue.FederatedOffsiteTuning with
    {
        Adaptation = new EmulatorConfig(1, 1, drop),
        LocalProgram = Catalogue.FederatedOffsiteTuning.LocalProgram.WithEveryPhase(phase => phase with { Budget = new Budget.Steps(2) }),
    };
}
