using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Servings;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Tests.Methods;

/// <summary>
/// FedDPA-F, which trains the private adapters after the federation alone, is not built: a schedule does not know the last round. The reference's batched script that answers
/// before the weights are set has no counterpart here.
/// </summary>
[Specification(6, "feddpa")]
public sealed class FedDpaTests : IDisposable
{
    private static readonly SeveralConfig Adapters = new(new Dictionary<string, AdapterConfig> { ["global"] = new LoraConfig(2, 4), ["local"] = new LoraConfig(2, 4) });
    private readonly TinyOwners models = new();

    [Fact]
    [Checks(1)]
    public void An_upload_holds_the_global_adapter_alone_and_the_local_one_stays_to_the_bit()
    {
        using var federation = new OwnerFederation(Method(Catalogue.FedDpa), models.Alike(Adapters, 2));
        federation.Run(3);
        federation.Visits.SelectMany(visit => visit.Up.Section(MessageBody.Parameters)).Select(tensor => tensor.Key.Adapter).Distinct().ShouldBe(["global"]);
        federation.Visits.SelectMany(visit => visit.Down.Section(MessageBody.Parameters)).Select(tensor => tensor.Key.Adapter).Distinct().ShouldBe(["global"]);

        // Only the first phase moves the local adapter: training the global one, sending and joining leave it.
        var first = Method(Catalogue.FedDpa).LocalProgram;
        using var localAlone = new OwnerFederation(Method(Catalogue.FedDpa) with { LocalProgram = first with { Phases = [first.Phases[0]] }, Schedule = new Schedule.Constant() }, models.Alike(Adapters, 1));
        using var both = new OwnerFederation(Method(Catalogue.FedDpa) with { Schedule = new Schedule.Constant() }, models.Alike(Adapters, 1));
        localAlone.Run(1);
        both.Run(1);
        Local(both).ShouldBe(Local(localAlone));
    }

    [Fact]
    public void The_first_round_trains_the_global_adapter_alone_and_the_first_phase_leaves_it()
    {
        using var federation = new OwnerFederation(Method(Catalogue.FedDpa), models.Alike(Adapters, 2));
        federation.Run(1);
        federation.StateOf("c1").Section(LocalProgramRunner.PrivateSection).Where(key => key.Role == "lora_B").ShouldAllBe(tensor => tensor.Values.All(value => value == 0));

        var program = Method(Catalogue.FedDpa).LocalProgram;
        using var localAlone = new OwnerFederation(Method(Catalogue.FedDpa) with { LocalProgram = program with { Phases = [program.Phases[0]] }, Schedule = new Schedule.Constant() }, models.Alike(Adapters, 1));
        localAlone.Run(1)[0].Model.Where(key => key.Adapter == "global").ShouldAllBe(tensor => tensor.Values.SequenceEqual(localAlone.Start[tensor.Key].Values));
    }

    [Fact]
    [Checks(2)]
    public void The_gradient_of_the_local_adapter_passes_through_the_frozen_one()
    {
        // In the lower block the gradient of the local adapter depends on the global one of the upper block: through what the upper branch gives for its input.
        var owner = models.Make("a", Adapters, ModelFederation.Texts(1, 3));
        var model = new LearnerModel(models.Learners[0]);
        var rows = new TokenRows();
        owner.Data.Fill(rows, [0, 1, 2]);
        var values = Filled(owner.Initial);
        var weights = Method(Catalogue.FedDpa).LocalProgram.Phases[0].Mixture;
        model.Trainable.Write(values);
        model.Mix(weights);
        model.Trainable.ZeroGradient();
        model.AddGradient(rows);
        var gradient = model.Trainable.ReadGradient();
        foreach (var key in values.Select(tensor => tensor.Key).Where(key => key is { Adapter: "local", Layer: 0, Role: "lora_B" }))
        {
            var (up, down) = (Loss(Moved(values, key, 1e-2f)), Loss(Moved(values, key, -1e-2f)));
            ((double)gradient[key].Values[0]).ShouldBe((up - down) / 2e-2, 2e-3, key.Name);
        }

        double Loss(ParameterSet moved)
        {
            model.Trainable.Write(moved);
            return model.Loss(rows);
        }
    }

    [Fact]
    [Checks(2)]
    public void Cut_off_at_the_frozen_branch_the_gradient_is_another_one_below_the_last_adapted_block()
    {
        var owner = models.Make("a", Adapters, ModelFederation.Texts(1, 3));
        var model = new LearnerModel(models.Learners[0]);
        var rows = new TokenRows();
        owner.Data.Fill(rows, [0, 1, 2]);
        model.Trainable.Write(Filled(owner.Initial));
        var (whole, cut) = (GradientWith(null), GradientWith(["global"]));
        foreach (var tensor in whole.Where(key => key.Adapter == "local"))
        {
            cut[tensor.Key].Values.SequenceEqual(tensor.Values).ShouldBe(tensor.Key.Layer == 1, tensor.Key.Name);
        }

        GradientWith(null).ShouldAllBe(tensor => tensor.Values.SequenceEqual(whole[tensor.Key].Values));

        ParameterSet GradientWith(IReadOnlyList<string>? detached)
        {
            model.Mix(new Dictionary<string, double> { ["local"] = 0.5, ["global"] = 0.5 }, detached);
            model.Trainable.ZeroGradient();
            model.AddGradient(rows);
            return model.Trainable.ReadGradient();
        }
    }

    [Fact]
    [Checks(2)]
    public void A_phase_may_cut_the_frozen_branch_off_and_what_has_none_is_refused()
    {
        var program = Method(Catalogue.FedDpa).LocalProgram;
        var cut = Method(Catalogue.FedDpa) with { LocalProgram = program with { Phases = [program.Phases[0] with { Detached = ["global"] }, program.Phases[1]] } };
        using var federation = new OwnerFederation(cut, models.Alike(Adapters, 1));
        using var plain = new OwnerFederation(Method(Catalogue.FedDpa), models.Alike(Adapters, 1));
        federation.Run(3);
        plain.Run(3);
        Local(federation).ShouldNotBe(Local(plain));
        MethodRules.Refusals(cut with { LocalProgram = program with { Phases = [program.Phases[1] with { Detached = ["local"] }] }, Schedule = new Schedule.Constant() })
            .ShouldContain(reason => reason.Contains("detached"));
    }

    [Fact]
    [Checks(3)]
    public void The_number_of_examples_does_not_matter()
    {
        using var federation = new OwnerFederation(Method(Catalogue.FedDpa), models.Alike(Adapters, 2));
        var state = federation.Run(1)[0];
        foreach (var tensor in state.Model.Where(key => key.Adapter == "global"))
        {
            var sent = federation.Visits.Select(visit => visit.Up.Section(MessageBody.Parameters)[tensor.Key].Values).ToArray();
            tensor.Values.ShouldBe([.. sent[0].Select((value, i) => (value + sent[1][i]) / 2)], 1e-6);
        }
    }

    [Fact]
    [Checks(4)]
    public void An_input_like_all_references_gives_the_local_adapter_its_largest_weight_and_none_gives_more()
    {
        var texts = ModelFederation.Texts(1, 6);
        models.Make("a", Adapters, texts);
        var model = new LearnerModel(models.Learners[0]);
        model.Trainable.Write(Filled(model.Trainable.Read()));
        var rows = new TokenRows();
        var choice = (Serving.ByInput)Catalogue.FedDpa.Serving;
        var alike = new InputMixture(choice, model, texts.First(1), PhiloxStream.Root(1));
        texts.Fill(rows, [0]);
        alike.Weights(rows)["local"].ShouldBe(choice.Most, 1e-6);
        alike.Weights(rows)["global"].ShouldBe(1 - choice.Most, 1e-6);
        var mixed = new InputMixture(choice, model, texts, PhiloxStream.Root(1));
        for (var i = 0; i < texts.Count; i++)
        {
            texts.Fill(rows, [i]);
            mixed.Weights(rows)["local"].ShouldBeInRange(0, choice.Most, "a negative cosine counts as none");
            (mixed.Weights(rows)["local"] + mixed.Weights(rows)["global"]).ShouldBe(1, 1e-12);
        }
    }

    [Fact]
    [Checks(4)]
    public void A_negative_cosine_gives_the_local_adapter_no_weight()
    {
        var texts = ModelFederation.Texts(1, 40);
        models.Make("a", Adapters, texts);
        var model = new LearnerModel(models.Learners[0]);
        model.Trainable.Write(Filled(model.Trainable.Read()));
        var mixture = new InputMixture((Serving.ByInput)Catalogue.FedDpa.Serving, model, texts.First(1), PhiloxStream.Root(1));
        var places = Enumerable.Range(0, texts.Count).Select(i =>
        {
            model.Mix(new Dictionary<string, double> { ["local"] = 1 });
            return model.Embed(Input(i));
        }).ToArray();
        int[] away = [.. Enumerable.Range(0, texts.Count).Where(i => places[i].Zip(places[0], (x, y) => x * y).Sum() < -1e-3)];
        away.ShouldNotBeEmpty();
        foreach (var weights in away.Select(i => mixture.Weights(Input(i))))
        {
            (weights["local"], weights["global"]).ShouldBe((0, 1));
        }

        TokenRows Input(int number)
        {
            var rows = new TokenRows();
            texts.Fill(rows, [number]);
            return rows;
        }
    }

    [Fact]
    [Checks(6)]
    public void Unfamiliar_inputs_lean_on_the_global_adapter()
    {
        var texts = ModelFederation.Texts(1, 6);
        models.Make("a", Adapters, texts);
        var model = new LearnerModel(models.Learners[0]);
        model.Trainable.Write(Filled(model.Trainable.Read()));
        var mixture = new InputMixture((Serving.ByInput)Catalogue.FedDpa.Serving, model, texts.First(1), PhiloxStream.Root(1));
        var weights = Enumerable.Range(0, texts.Count).Select(i =>
        {
            var rows = new TokenRows();
            texts.Fill(rows, [i]);
            return mixture.Weights(rows);
        }).ToArray();
        weights[0]["local"].ShouldBe(weights.Max(pair => pair["local"]));
        weights.Skip(1).ShouldContain(pair => pair["global"] > weights[0]["global"] + 1e-3);
    }

    [Fact]
    [Checks(5)]
    public void All_weight_on_one_adapter_is_that_adapters_model()
    {
        var texts = ModelFederation.Texts(1, 3);
        models.Make("both", Adapters, texts);
        var model = new LearnerModel(models.Learners[0]);
        var values = Filled(model.Trainable.Read());
        var rows = new TokenRows();
        texts.Fill(rows, [0, 1, 2]);
        model.Trainable.Write(values);
        foreach (var (name, other) in ((string, string)[])[("global", "local"), ("local", "global")])
        {
            model.Mix(new Dictionary<string, double> { [name] = 1, [other] = 0 });
            var mixed = model.Loss(rows);
            models.Make("one", new LoraConfig(2, 4), texts);
            var single = new LearnerModel(models.Learners[^1]);
            single.Trainable.Write(new ParameterSet(values.Where(key => key.Adapter == name).Select(tensor => tensor with { Key = tensor.Key with { Adapter = TensorKey.DefaultAdapter } })));
            mixed.ShouldBe(single.Loss(rows));
        }
    }

    public void Dispose() => models.Dispose();

    private static Method Method(Method method) => method with
    {
        Adaptation = Adapters,
        LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(0.5), Budget = new Budget.Steps(2) }),
    };

    private static float[] Local(OwnerFederation federation) => [.. federation.StateOf("c1").Section(LocalProgramRunner.PrivateSection).SelectMany(tensor => tensor.Values)];

    private static ParameterSet Filled(ParameterSet set) => new(set.Select((tensor, t) => tensor with { Values = [.. tensor.Values.Select((_, i) => 0.3f * MathF.Sin(i + (3 * t)))] }));

    private static ParameterSet Moved(ParameterSet set, TensorKey key, float step)
    {
        var copy = set[key].Copy();
        copy.Values[0] += step;
        return set.ReplacedBy(Sets.Of(copy));
    }
}
