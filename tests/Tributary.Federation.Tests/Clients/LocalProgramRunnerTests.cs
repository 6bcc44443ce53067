using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Clients;

public sealed class LocalProgramRunnerTests
{
    [Fact]
    public void Scaffold_follows_the_trace_of_its_specification()
    {
        var method = Program(Catalogue.Scaffold, new OptimizerSpec.Sgd(0.1), new Budget.Steps(2));
        using var model = new Quadratic(Sets.X(0), (call, _) => [call == 0 ? 1.0 : 0.5]);
        var received = Sets.Body(Sets.X(1)).WithSection(MessageBody.Control, Sets.X(0.2));
        var result = Run(method, model, received, kept: MessageBody.Empty.WithSection(MessageBody.Control, Sets.X(0.5)));
        result.Answer.Section(MessageBody.Parameters).Values()[0].ShouldBe(0.91f, 1e-6f);
        result.State.Section(MessageBody.Control).Values()[0].ShouldBe(0.75f, 1e-6f);
        result.Answer.Section(MessageBody.Control).Values()[0].ShouldBe(0.25f, 1e-6f);
    }

    [Fact]
    public void With_all_controls_zero_Scaffold_trains_as_FedIT()
    {
        var (sgd, steps) = (new OptimizerSpec.AdamW(0.1), new Budget.Steps(5));
        using var one = Quadratic.Towards(Sets.X(0, 0), 3, -1);
        using var two = Quadratic.Towards(Sets.X(0, 0), 3, -1);
        var plain = Run(Program(Catalogue.FedIt, sgd, steps), one, Sets.Body(Sets.X(1, 1)));
        var control = Run(Program(Catalogue.Scaffold, sgd, steps), two, Sets.Body(Sets.X(1, 1)));
        control.Answer.Section(MessageBody.Parameters).Values().ShouldBe(plain.Answer.Section(MessageBody.Parameters).Values());
    }

    [Fact]
    public void Constant_gradients_become_the_control_variate()
    {
        using var model = new Quadratic(Sets.X(0), (_, _) => [0.7]);
        var result = Run(Program(Catalogue.Scaffold, new OptimizerSpec.Sgd(0.1), new Budget.Steps(4)), model, Sets.Body(Sets.X(1)));
        result.State.Section(MessageBody.Control).Values()[0].ShouldBe(0.7f, 1e-6f);
    }

    [Fact]
    public void The_proximal_term_pulls_to_the_received_model()
    {
        // (b + mu x) / (1 + mu) with b = 3, x = 1, mu = 1
        using var model = Quadratic.Towards(Sets.X(0), 3);
        var result = Run(Program(WithMu(1), new OptimizerSpec.Sgd(0.1), new Budget.Steps(400)), model, Sets.Body(Sets.X(1)));
        result.Answer.Section(MessageBody.Parameters).Values()[0].ShouldBe(2f, 1e-5f);
    }

    [Fact]
    public void The_first_step_of_FedProx_is_that_of_FedIT() => OneStep(WithMu(5)).ShouldBe(OneStep(Catalogue.FedIt));

    [Fact]
    public void Without_mu_FedProx_is_FedIT_to_the_bit()
    {
        using var one = Quadratic.Towards(Sets.X(0), 3);
        using var two = Quadratic.Towards(Sets.X(0), 3);
        var (adam, steps) = (new OptimizerSpec.AdamW(0.1), new Budget.Steps(9));
        Run(Program(WithMu(0), adam, steps), one, Sets.Body(Sets.X(1))).Answer.Section(MessageBody.Parameters).Values()
            .ShouldBe(Run(Program(Catalogue.FedIt, adam, steps), two, Sets.Body(Sets.X(1))).Answer.Section(MessageBody.Parameters).Values());
    }

    [Fact]
    public void Nothing_of_one_client_stays_for_the_next()
    {
        var method = Program(Catalogue.FedIt, new OptimizerSpec.AdamW(0.1), new Budget.Steps(3));
        using var used = Quadratic.Towards(Sets.X(0), 3);
        Run(method, used, Sets.Body(Sets.X(100)));
        var second = Run(method, used, Sets.Body(Sets.X(1)));
        using var fresh = Quadratic.Towards(Sets.X(0), 3);
        second.Answer.Section(MessageBody.Parameters).Values().ShouldBe(Run(method, fresh, Sets.Body(Sets.X(1))).Answer.Section(MessageBody.Parameters).Values());
    }

    [Fact]
    public void Private_tensors_stay_at_home_and_go_on_from_where_they_were()
    {
        var set = AB(0, 0);
        var method = Program(Catalogue.FedIt, new OptimizerSpec.Sgd(0.5), new Budget.Steps(1)) with { Sharing = Roles(b: Visibility.Private) };
        using var model = Quadratic.Towards(set, 8, 8);
        var first = Run(method, model, Sets.Body(AB(0, 0).Where(key => key.Role == "lora_A")), initial: set);
        first.Answer.Section(MessageBody.Parameters).Select(tensor => tensor.Key.Role).ShouldBe(["lora_A"]);
        first.State.Section(LocalProgramRunner.PrivateSection).Values("b").ShouldBe([4f]);
        var second = Run(method, model, Sets.Body(AB(2, 0).Where(key => key.Role == "lora_A")), kept: first.State, initial: set);
        second.Answer.Section(MessageBody.Parameters).Values("a").ShouldBe([5f]);
        second.State.Section(LocalProgramRunner.PrivateSection).Values("b").ShouldBe([6f]);
    }

    [Fact]
    public void Frozen_tensors_neither_move_nor_decay_nor_travel()
    {
        var method = Program(Catalogue.FedIt, new OptimizerSpec.AdamW(0.5, WeightDecay: 0.3), new Budget.Steps(3)) with { Sharing = Roles(b: Visibility.Frozen) };
        using var model = Quadratic.Towards(AB(0, 0), 8, 8);
        var result = Run(method, model, MessageBody.Empty, initial: AB(1, 1));
        model.Trainable.Read().Values("b").ShouldBe([1f]);
        model.Trainable.Read().Values("a")[0].ShouldNotBe(1f);
        result.Answer.Section(MessageBody.Parameters).Count.ShouldBe(1);
        result.State.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Phases_train_what_they_name_one_after_another()
    {
        var method = Catalogue.FedIt with
        {
            LocalProgram = new LocalProgram([
                new Phase(["lora_A"], Optimizer: new OptimizerSpec.Sgd(0.5), Budget: new Budget.Steps(1)),
                new Phase(["lora_B"], Optimizer: new OptimizerSpec.Sgd(0.25), Budget: new Budget.Steps(2))]),
        };
        using var model = Quadratic.Towards(AB(0, 0), 8, 8);
        var result = Run(method, model, Sets.Body(AB(0, 0)), initial: AB(0, 0));
        result.Answer.Section(MessageBody.Parameters).Values("a").ShouldBe([4f]);
        result.Answer.Section(MessageBody.Parameters).Values("b").ShouldBe([3.5f]);
        result.Answer.Numbers[Update.StepsNumber].ShouldBe(3);
    }

    [Fact]
    public void Kept_tensors_go_on_whatever_is_received()
    {
        var method = Program(Catalogue.FedIt, new OptimizerSpec.Sgd(0.5), new Budget.Steps(1)) with { Initialisation = new Initialisation.Keep() };
        using var model = Quadratic.Towards(Sets.X(0), 8);
        var first = Run(method, model, Sets.Body(Sets.X(0)));
        Run(method, model, Sets.Body(Sets.X(100)), kept: first.State).Answer.Section(MessageBody.Parameters).Values().ShouldBe([6f]);
    }

    [Fact]
    public void Differences_are_from_what_was_received()
    {
        var method = Program(Catalogue.FedIt, new OptimizerSpec.Sgd(0.5), new Budget.Steps(1)) with { Codec = new Codec(new Encoding.Deltas()) };
        using var model = Quadratic.Towards(Sets.X(0), 8);
        Run(method, model, Sets.Body(Sets.X(2))).Answer.Section(MessageBody.Parameters).Values().ShouldBe([3f]);
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_client_round_and_step()
    {
        using var model = new Quadratic(Sets.X(0), (call, _) => [call == 2 ? double.NaN : 1]);
        Should.Throw<RunException>(() => Run(Program(Catalogue.FedIt, new OptimizerSpec.Sgd(0.1), new Budget.Steps(5)), model, Sets.Body(Sets.X(1))))
            .Message.ShouldStartWith("client c1, round 4, step 3: the loss is NaN");
    }

    [Fact]
    public void Values_that_are_not_finite_are_not_sent()
    {
        using var model = new Quadratic(Sets.X(0), (_, _) => [1]);
        Should.Throw<RunException>(() => Run(Program(Catalogue.FedIt, new OptimizerSpec.Sgd(double.MaxValue), new Budget.Steps(2)), model, Sets.Body(Sets.X(1))));
    }

    [Fact]
    public void A_client_without_data_is_refused()
    {
        using var model = Quadratic.Towards(Sets.X(0), 1);
        Should.Throw<InputException>(() => LocalProgramRunner.Run(
            Order(Catalogue.FedIt), MessageBody.Empty, MessageBody.Empty, Sets.X(0), model, Quadratic.Data(0), CancellationToken.None)).Message.ShouldContain("c1");
    }

    [Fact]
    public void An_epoch_sees_every_sample_once_in_an_order_of_its_own()
    {
        using var model = Quadratic.Towards(Sets.X(0), 1);
        var method = Catalogue.FedIt with { LocalProgram = new LocalProgram([new Phase(BatchSize: 4, Budget: new Budget.Epochs(2), Optimizer: new OptimizerSpec.Sgd(0.1))]) };
        var result = Run(method, model, Sets.Body(Sets.X(0)), examples: 10);
        result.Answer.Numbers[Update.StepsNumber].ShouldBe(6);
        model.Batches.Select(batch => batch.Length).ShouldBe([4, 4, 2, 4, 4, 2]);
        var (first, second) = (model.Batches[..3].SelectMany(b => b).ToArray(), model.Batches[3..].SelectMany(b => b).ToArray());
        first.Order().ShouldBe(Enumerable.Range(0, 10));
        second.Order().ShouldBe(Enumerable.Range(0, 10));
        first.ShouldNotBe(second);
        model.DropoutKeys.ShouldBeUnique();
    }

    private static ParameterSet AB(float a, float b) => Sets.Of(Sets.Vector("a", a), new HostTensor(Sets.Key("b", "lora_B"), [1], [b]));

    private static Sharing Roles(Visibility b) => new Sharing.ByRole(new Dictionary<string, Visibility> { ["lora_B"] = b });

    private static Method WithMu(double mu) =>
        Catalogue.FedProx with { LocalProgram = Catalogue.FedProx.LocalProgram.WithEveryPhase(phase => phase with { Losses = [new LossTerm.Task(), new LossTerm.Proximal(mu)] }) };

    private static Method Program(Method method, OptimizerSpec optimizer, Budget budget) =>
        method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = optimizer, Budget = budget }) };

    private static float OneStep(Method method)
    {
        using var model = Quadratic.Towards(Sets.X(0), 3);
        return Run(Program(method, new OptimizerSpec.AdamW(0.1), new Budget.Steps(1)), model, Sets.Body(Sets.X(1))).Answer.Section(MessageBody.Parameters).Values()[0];
    }

    private static WorkOrder Order(Method method) => new("run", 3, "train", "c1", WorkOrder.CurrentProtocol, 1, "", "", method);

    private static LocalResult Run(
        Method method, Quadratic model, MessageBody received, MessageBody? kept = null, ParameterSet? initial = null, int examples = 5) => LocalProgramRunner.Run(
            Order(method), received, kept ?? MessageBody.Empty, initial ?? received.Section(MessageBody.Parameters), model, Quadratic.Data(examples), CancellationToken.None);
}
