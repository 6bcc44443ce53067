using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The first round is the method's stage 0, so that what the specification calls round t is round t + 1 here.</summary>
[Specification(6, "fdlora")]
public sealed class FdLoraTests : IDisposable
{
    private static readonly SeveralConfig Adapters = new(new Dictionary<string, AdapterConfig> { ["shared"] = new LoraConfig(2, 4), ["own"] = new LoraConfig(2, 4) });
    private readonly TinyOwners models = new();

    [Fact]
    [Checks(1)]
    public void With_rate_one_and_no_momentum_the_step_is_the_uniform_mean()
    {
        var plain = Method(every: 2) with { ServerStep = new ServerStep.Momentum(Beta: 0, Nesterov: true) };
        using var federation = new OwnerFederation(plain, models.Alike(Adapters, 2));
        var states = federation.Run(3);
        for (var version = 0; version < 3; version++)
        {
            var sent = federation.Visits.Where(visit => visit.Version == version).Select(visit => visit.Up.Section(MessageBody.Parameters)).ToArray();
            foreach (var tensor in sent[0])
            {
                states[version].Model[tensor.Key].Values.ShouldBe([.. tensor.Values.Select((value, i) => (value + sent[1][tensor.Key].Values[i]) / 2)], 1e-6);
            }
        }
    }

    [Fact]
    public void An_adapter_is_copied_into_one_of_equal_settings_whatever_lists_these_are_written_in()
    {
        string[] sites = ["q_proj", "v_proj"];
        MethodRules.Refusals(Over(new LoraConfig(8, 16) { Targets = [.. sites] })).ShouldBeEmpty();
        MethodRules.Refusals(Over(new LoraConfig(4, 16) { Targets = [.. sites] })).ShouldContain(refusal => refusal.Contains("same settings alone"));
        Method Over(LoraConfig own) => Catalogue.FdLora with
        {
            Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["shared"] = new LoraConfig(8, 16) { Targets = [.. sites] }, ["own"] = own }),
        };
    }

    [Fact]
    [Checks(2)]
    public void The_Nesterov_trace_is_that_of_the_specification()
    {
        var rule = ServerRules.For(Catalogue.FdLora.ServerStep);
        var first = rule.Apply(ServerState.Initial(Sets.X(1)), new Joined(Sets.X(-0.2), true, ParameterSet.Empty), WeighedUpdates.None);
        first.Model.Values()[0].ShouldBe(0.7f, 1e-6f);
        var second = rule.Apply(first, new Joined(Sets.X(-0.2), true, ParameterSet.Empty), WeighedUpdates.None);
        second.Model.Values()[0].ShouldBe(0.35f, 1e-6f);
    }

    [Fact]
    [Checks(6)]
    public void The_first_round_fills_the_own_adapter_and_gives_their_mean_to_all()
    {
        using var federation = new OwnerFederation(Method(every: 2), models.Alike(Adapters, 2));
        var state = federation.Run(1)[0];
        var owns = ((string[])["c1", "c2"]).Select(client => Own(federation, client)).ToArray();
        owns.ShouldAllBe(own => own.Any(tensor => tensor.Values.Any(value => value != 0) && tensor.Key.Role == "lora_B"));
        foreach (var tensor in state.Model.Where(key => key.Adapter == "shared"))
        {
            var key = tensor.Key with { Adapter = "own" };
            tensor.Values.ShouldBe([.. owns[0][key].Values.Select((value, i) => (value + owns[1][key].Values[i]) / 2)], 1e-6);
        }
    }

    [Fact]
    [Checks(3)]
    public void The_own_adapter_never_travels_and_changes_every_few_rounds_alone()
    {
        using var federation = new OwnerFederation(Method(every: 2), models.Alike(Adapters, 2));
        federation.Run(6);
        federation.Visits.SelectMany(visit => visit.Up.Section(MessageBody.Parameters).Concat(visit.Down.Section(MessageBody.Parameters)))
            .Select(tensor => tensor.Key.Adapter).Distinct().ShouldBe(["shared"]);
        var visits = federation.Visits.Where(visit => visit.Client == "c1").ToArray();
        for (var version = 0; version < visits.Length; version++)
        {
            var own = visits[version].State.Section(LocalProgramRunner.PrivateSection);
            var sent = visits[version].Up.Section(MessageBody.Parameters);
            var before = version == 0 ? null : visits[version - 1].State.Section(LocalProgramRunner.PrivateSection);
            foreach (var tensor in own)
            {
                tensor.Values.ShouldBe(version % 2 == 0 ? sent[tensor.Key with { Adapter = "shared" }].Values : before![tensor.Key].Values, $"version {version}");
            }
        }
    }

    [Fact]
    [Checks(4)]
    public void All_weight_on_one_adapter_is_that_adapter_and_fusion_leaves_both_as_they_are()
    {
        var owner = models.Make("a", Adapters, ModelFederation.Texts(1, 8));
        var values = new ParameterSet(owner.Initial.Select((tensor, t) => tensor with { Values = [.. tensor.Values.Select((_, i) => MathF.Sin(i + (3 * t)))] }));
        var before = values.Select(tensor => tensor.Values.ToArray()).ToArray();
        var fusion = new AdapterFusion((Serving.Fused)Catalogue.FdLora.Serving, values);
        foreach (var tensor in values.Where(key => key.Adapter == "shared"))
        {
            fusion.At(1, 0)[tensor.Key].Values.ShouldBe(tensor.Values);
            fusion.At(0, 1)[tensor.Key].Values.ShouldBe(values[tensor.Key with { Adapter = "own" }].Values);
        }

        fusion.Search(new LearnerModel(models.Learners[0]), owner.Data);
        values.Select(tensor => tensor.Values).Zip(before).ShouldAllBe(pair => pair.First.SequenceEqual(pair.Second));
    }

    [Fact]
    [Checks(5)]
    public void The_search_ends_no_higher_than_it_began_and_within_its_bounds()
    {
        using var federation = new OwnerFederation(Method(every: 2), models.Alike(Adapters, 2));
        var state = federation.Run(4)[3];
        foreach (var evaluations in (int[])[1, 5, 40])
        {
            var choice = (Serving.Fused)Catalogue.FdLora.Serving with { Evaluations = evaluations };
            var (model, data) = (new LearnerModel(models.Learners[0]), ModelFederation.Texts(1, 3));
            var fusion = new AdapterFusion(choice, federation.Served(state, "c1"));
            var found = fusion.Search(model, data);
            Math.Abs(found.Shared).ShouldBeLessThanOrEqualTo(choice.Bound);
            Math.Abs(found.Own).ShouldBeLessThanOrEqualTo(choice.Bound);
            fusion.Objective(model, data, found).ShouldBeLessThanOrEqualTo(fusion.Objective(model, data, (0, 0)));
            if (evaluations > 1)
            {
                found.ShouldNotBe((0.0, 0.0), "the trained adapters are of use");
            }
        }
    }

    public void Dispose() => models.Dispose();

    private static Method Method(int every) => Catalogue.FdLora with
    {
        Adaptation = Adapters,
        LocalProgram = Catalogue.FdLora.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(0.5), Budget = new Budget.Steps(3) })
            with { Copies = [new AdapterCopy("shared", "own", every)] },
    };

    private static ParameterSet Own(OwnerFederation federation, string client) => federation.StateOf(client).Section(LocalProgramRunner.PrivateSection);
}
