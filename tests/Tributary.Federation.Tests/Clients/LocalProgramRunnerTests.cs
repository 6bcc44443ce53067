using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.Tests.Methods;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Clients;

public sealed class LocalProgramRunnerTests
{
    [Fact]
    [Trait("Method", "scaffold")]
    [Checks(1, Of = "scaffold")]
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
    [Trait("Method", "scaffold")]
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
    [Trait("Method", "scaffold")]
    public void Constant_gradients_become_the_control_variate()
    {
        using var model = new Quadratic(Sets.X(0), (_, _) => [0.7]);
        var result = Run(Program(Catalogue.Scaffold, new OptimizerSpec.Sgd(0.1), new Budget.Steps(4)), model, Sets.Body(Sets.X(1)));
        result.State.Section(MessageBody.Control).Values()[0].ShouldBe(0.7f, 1e-6f);
    }

    [Fact]
    [Trait("Method", "fedprox")]
    public void The_proximal_term_pulls_to_the_received_model()
    {
        // (b + mu x) / (1 + mu) with b = 3, x = 1, mu = 1
        using var model = Quadratic.Towards(Sets.X(0), 3);
        var result = Run(Program(WithMu(1), new OptimizerSpec.Sgd(0.1), new Budget.Steps(400)), model, Sets.Body(Sets.X(1)));
        result.Answer.Section(MessageBody.Parameters).Values()[0].ShouldBe(2f, 1e-5f);
    }

    [Fact]
    [Trait("Method", "fedprox")]
    public void The_first_step_of_FedProx_is_that_of_FedIT() => OneStep(WithMu(5)).ShouldBe(OneStep(Catalogue.FedIt));

    [Fact]
    [Trait("Method", "fedprox")]
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
    [Trait("Method", "local-only")]
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
    [Trait("Method", "fedit")]
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

    // A gradient of 1 moves x by minus the sum of the rates.
    [Theory]
    [InlineData(LearningRateSpan.Run, (1 - (6 / 12.0)) + (1 - (7 / 12.0)))]
    [InlineData(LearningRateSpan.Rounds, 2 * (1 - (3 / 6.0)))]
    [InlineData(LearningRateSpan.Round, 1 + 0.5)]
    public void A_schedule_counts_the_steps_of_the_run_its_rounds_or_the_steps_of_a_round(LearningRateSpan span, double rates)
    {
        using var model = new Quadratic(Sets.X(0), (_, _) => [1]);
        RunLinear(model, span, rounds: 6, version: 3).ShouldBe((float)-rates, 1e-6f);
    }

    [Theory]
    [InlineData(LearningRateSpan.Run)]
    [InlineData(LearningRateSpan.Rounds)]
    [InlineData(LearningRateSpan.Round)]
    public void Rounds_done_in_one_go_have_the_rates_of_rounds_one_by_one(LearningRateSpan span)
    {
        using var model = new Quadratic(Sets.X(0), (_, _) => [1]);
        var oneByOne = Enumerable.Range(0, 6).Sum(version => RunLinear(model, span, rounds: 6, version));
        RunLinear(model, span, rounds: 6, version: 0, atOnce: 6).ShouldBe(oneByOne, 1e-6f);
    }

    [Fact]
    [Trait("Method", "scaffold")]
    public void Scaffold_learns_nothing_from_steps_at_rate_zero()
    {
        var method = Scheduled(Program(Catalogue.Scaffold, new OptimizerSpec.Sgd(1), new Budget.Steps(2)), new LearningRateSchedule.ConstantWithWarmup(99), LearningRateSpan.Rounds);
        using var model = new Quadratic(Sets.X(0), (_, _) => [1]);
        var kept = MessageBody.Empty.WithSection(MessageBody.Control, Sets.X(0.5));
        var result = LocalProgramRunner.Run(
            Order(method) with { Version = 0 }, Sets.Body(Sets.X(1)).WithSection(MessageBody.Control, Sets.X(0.2)), kept, Sets.X(0), model, Quadratic.Data(5), CancellationToken.None);
        result.State.Section(MessageBody.Control).Values().ShouldBe([0.5f]);
        result.Answer.Section(MessageBody.Control).Values().ShouldBe([0f]);
        result.Answer.Section(MessageBody.Parameters).Values().ShouldBe([1f]);
    }

    [Fact]
    public void Accumulated_batches_are_one_step_with_their_mean_gradient_and_loss()
    {
        // Gradients 1, 2 and 6 in batches of 4, 4 and 2 of ten samples.
        using var model = new Quadratic(Sets.X(0), (call, _) => [new[] { 1.0, 2, 6 }[call]]);
        var method = Accumulating(batch: 4, batches: 3, new Budget.Epochs(1));
        var result = Run(method, model, Sets.Body(Sets.X(0)), examples: 10);
        model.Batches.Select(batch => batch.Length).ShouldBe([4, 4, 2]);
        model.Batches.SelectMany(batch => batch).Order().ShouldBe(Enumerable.Range(0, 10));
        model.DropoutKeys.Distinct().Count().ShouldBe(1);
        result.Answer.Section(MessageBody.Parameters).Values().ShouldBe([-3f]);
        result.Answer.Numbers[Update.StepsNumber].ShouldBe(1);
        result.Answer.Numbers[Update.TrainLossNumber].ShouldBe((0.5 + 2 + 18) / 3, 1e-12);
    }

    [Fact]
    public void The_last_step_of_a_pass_accumulates_what_is_left()
    {
        using var model = new Quadratic(Sets.X(0), (_, _) => [1]);
        var result = Run(Accumulating(batch: 2, batches: 2, new Budget.Steps(3)), model, Sets.Body(Sets.X(0)), examples: 5);
        model.Batches.Select(batch => batch.Length).ShouldBe([2, 2, 1, 2, 2]);
        result.Answer.Section(MessageBody.Parameters).Values().ShouldBe([-3f]);
    }

    [Fact]
    public void Samples_come_in_the_order_of_one_large_batch()
    {
        using var parts = new Quadratic(Sets.X(0), (_, _) => [1]);
        using var whole = new Quadratic(Sets.X(0), (_, _) => [1]);
        Run(Accumulating(batch: 2, batches: 3, new Budget.Epochs(2)), parts, Sets.Body(Sets.X(0)), examples: 14);
        Run(Accumulating(batch: 6, batches: 1, new Budget.Epochs(2)), whole, Sets.Body(Sets.X(0)), examples: 14);
        parts.Batches.SelectMany(batch => batch).ShouldBe(whole.Batches.SelectMany(batch => batch));
    }

    [Fact]
    public void The_mean_gradient_is_clipped_not_its_parts()
    {
        using var model = new Quadratic(Sets.X(0), (call, _) => [call == 0 ? 9.0 : -7]);
        var method = Accumulating(batch: 1, batches: 2, new Budget.Steps(1));
        method = method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Clipping = new GradientClipping.ByValue(0.25) }) };
        Run(method, model, Sets.Body(Sets.X(0)), examples: 2).Answer.Section(MessageBody.Parameters).Values().ShouldBe([-0.25f]);
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

    private static Method Accumulating(int batch, int batches, Budget budget) => Catalogue.FedIt with
    {
        LocalProgram = new LocalProgram([new Phase(Optimizer: new OptimizerSpec.Sgd(1), Budget: budget, BatchSize: batch, GradientAccumulationSteps: batches)]),
    };

    private static Method Scheduled(Method method, LearningRateSchedule schedule, LearningRateSpan span) => method with
    {
        LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { LearningRateSchedule = schedule, LearningRateSpan = span }),
    };

    // Where two steps per round at linearly falling rates, from 1 to 0, take x = 0.
    private static float RunLinear(Quadratic model, LearningRateSpan span, int rounds, int version, int atOnce = 1)
    {
        var method = Scheduled(Program(Catalogue.FedIt, new OptimizerSpec.Sgd(1), new Budget.Steps(2)), new LearningRateSchedule.Linear(), span);
        var order = Order(method) with { Version = version, Rounds = rounds, RoundsAtOnce = atOnce };
        return LocalProgramRunner.Run(order, Sets.Body(Sets.X(0)), MessageBody.Empty, Sets.X(0), model, Quadratic.Data(5), CancellationToken.None)
            .Answer.Section(MessageBody.Parameters).Values()[0];
    }

    private static float OneStep(Method method)
    {
        using var model = Quadratic.Towards(Sets.X(0), 3);
        return Run(Program(method, new OptimizerSpec.AdamW(0.1), new Budget.Steps(1)), model, Sets.Body(Sets.X(1))).Answer.Section(MessageBody.Parameters).Values()[0];
    }

    private static WorkOrder Order(Method method) => new("run", 3, 10, "train", "c1", WorkOrder.CurrentProtocol, 1, "", "", method);

    private static LocalResult Run(
        Method method, Quadratic model, MessageBody received, MessageBody? kept = null, ParameterSet? initial = null, int examples = 5) => LocalProgramRunner.Run(
            Order(method), received, kept ?? MessageBody.Empty, initial ?? received.Section(MessageBody.Parameters), model, Quadratic.Data(examples), CancellationToken.None);
}
