using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Bypass;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "pfedlora")]
public sealed class PFedLoraTests : IDisposable
{
    private const int Rank = 2;
    private readonly TinyOwners models = new();

    [Fact]
    [Checks(1)]
    public void The_first_phase_leaves_the_shared_branch_and_the_second_the_own_model_to_the_bit()
    {
        foreach (var (number, trained) in ((int, string)[])[(0, "own"), (1, "shared")])
        {
            var program = Small().LocalProgram;
            using var federation = new OwnerFederation(Small() with { LocalProgram = program with { Phases = [program.Phases[number]] } }, [Owner("a", 2)]);
            var served = federation.Served(federation.Run(1)[0], "a");
            served.Where(key => key.Adapter != trained).ShouldAllBe(tensor => tensor.Values.SequenceEqual(federation.Start[tensor.Key].Values));
            served.Where(key => key.Adapter == trained).ShouldContain(tensor => !tensor.Values.SequenceEqual(federation.Start[tensor.Key].Values));
        }
    }

    [Fact]
    [Checks(2, 4)]
    public void Models_of_different_depth_join_and_all_send_the_two_thin_matrices_alone()
    {
        using var federation = Deep();
        federation.Run(2);
        foreach (var visit in federation.Visits)
        {
            visit.Up.Section(MessageBody.Parameters).ShouldAllBe(tensor => tensor.Key.Adapter == "shared");
            visit.Down.Section(MessageBody.Parameters).ShouldAllBe(tensor => tensor.Key.Adapter == "shared");
        }

        foreach (var client in (string[])["a", "b"])
        {
            federation.Ledger.Clients[client].Up.ValueBytes.ShouldBe(2 * 2 * ModelFederation.Width * Rank * 4);
        }

        federation.StateOf("a").Section(LocalProgramRunner.PrivateSection).Count.ShouldNotBe(federation.StateOf("b").Section(LocalProgramRunner.PrivateSection).Count);
    }

    [Fact]
    [Checks(3)]
    public void Without_mixing_the_branch_has_no_gradient_and_the_model_learns_alone()
    {
        var owner = Owner("a", 2, mixing: 0);
        var model = new LearnerModel(models.Learners[0]);
        var rows = new TokenRows();
        owner.Data.Fill(rows, [0, 1]);
        model.Trainable.Write(owner.Initial);
        model.Trainable.ZeroGradient();
        var loss = model.AddGradient(rows);
        model.Trainable.ReadGradient().Where(key => key.Adapter == "shared").ShouldAllBe(tensor => tensor.Values.All(value => value == 0));

        models.Make("alone", new LoraConfig(2, 4), owner.Data);
        var alone = new LearnerModel(models.Learners[1]);
        alone.Trainable.Write(new ParameterSet(owner.Initial.Where(key => key.Adapter == "own").Select(tensor => tensor with { Key = tensor.Key with { Adapter = TensorKey.DefaultAdapter } })));
        loss.ShouldBe(alone.Loss(rows), 1e-6);
    }

    [Fact]
    public void The_gradient_of_the_branch_is_its_slope()
    {
        var owner = Owner("a", 2);
        var model = new LearnerModel(models.Learners[0]);
        var rows = new TokenRows();
        owner.Data.Fill(rows, [0, 1]);
        model.Trainable.Write(owner.Initial);
        model.Trainable.ZeroGradient();
        model.AddGradient(rows);
        foreach (var gradient in model.Trainable.ReadGradient().Where(key => key.Adapter == "shared"))
        {
            var (up, down) = (Loss(0.02f), Loss(-0.02f));
            ((double)gradient.Values[3]).ShouldBe((up - down) / 0.04, 2e-3, gradient.Key.Role);

            double Loss(float step)
            {
                var moved = owner.Initial[gradient.Key].Copy();
                moved.Values[3] += step;
                model.Trainable.Write(owner.Initial.ReplacedBy(Sets.Of(moved)));
                return model.Loss(rows);
            }
        }
    }

    [Fact]
    [Checks(5)]
    public void With_one_client_the_branch_is_what_it_sent()
    {
        using var federation = new OwnerFederation(Small(), [Owner("a", 2)]);
        var state = federation.Run(1)[0];
        foreach (var tensor in federation.Visits[0].Up.Section(MessageBody.Parameters))
        {
            state.Model[tensor.Key].Values.ShouldBe(tensor.Values);
        }
    }

    [Fact]
    public void The_branch_is_averaged_by_data_size()
    {
        using var federation = Deep();
        var state = federation.Run(1)[0];
        var (a, b) = (federation.Visits[0].Up.Section(MessageBody.Parameters), federation.Visits[1].Up.Section(MessageBody.Parameters));
        foreach (var tensor in a)
        {
            state.Model[tensor.Key].Values.ShouldBe([.. tensor.Values.Select((value, i) => ((3 * value) + (5 * b[tensor.Key].Values[i])) / 8)], 1e-6);
        }
    }

    [Fact]
    public void Models_that_learn_by_all_their_weights_can_share_it_too()
    {
        var adapters = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["own"] = new FullConfig(), ["shared"] = new BypassConfig(Rank) });
        using var federation = new OwnerFederation(Small() with { Adaptation = adapters }, [models.Make("a", adapters, ModelFederation.Texts(1, 3))]);
        federation.Run(2);
        federation.Visits.SelectMany(visit => visit.Up.Section(MessageBody.Parameters)).ShouldAllBe(tensor => tensor.Key.Adapter == "shared");
    }

    public void Dispose() => models.Dispose();

    private static SeveralConfig Adapters(double mixing) =>
        new(new Dictionary<string, AdapterConfig> { ["own"] = new LoraConfig(2, 4), ["shared"] = new BypassConfig(Rank, mixing) });

    private static Method Small() => Catalogue.PFedLora with
    {
        Adaptation = Adapters(0.5),
        LocalProgram = Catalogue.PFedLora.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(0.2), Budget = new Budget.Steps(2) }),
    };

    private Owner Owner(string id, int layers, double mixing = 0.5, int examples = 3) => models.Make(id, Adapters(mixing), ModelFederation.Texts(1, examples), layers: layers);

    // One block and three; the server knows the branch alone.
    private OwnerFederation Deep()
    {
        Owner[] owners = [Owner("a", 1), Owner("b", 3, examples: 5)];
        return new(Small(), owners, new ParameterSet(owners[0].Initial.Where(key => key.Adapter == "shared")));
    }
}
