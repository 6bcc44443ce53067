using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Estimators;
using Tributary.Federation.Rounds;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Tests.Clients;

public sealed class EstimatorTests
{
    public static TheoryData<Estimator> Both => [new Estimator.TwoPoint(0.25), new Estimator.ForwardMode()];

    [Theory]
    [MemberData(nameof(Both))]
    public void Along_a_quadratic_the_slope_is_exact(Estimator estimator)
    {
        // Gradient [−3, 1] at [0, 0], whatever the distance of the two points.
        var (_, step) = Step(estimator, rate: 1);
        var z = Direction(2);
        var slope = (-3 * z[0]) + z[1];
        step[0].ShouldBe(-slope * z[0], 1e-5f);
        step[1].ShouldBe(-slope * z[1], 1e-5f);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Many_directions_give_the_gradient(Estimator estimator)
    {
        var directions = new Directions.Fresh(20_000);
        var (_, step) = Step(estimator is Estimator.TwoPoint points ? points with { Directions = directions } : new Estimator.ForwardMode(directions), rate: 1);
        step[0].ShouldBe(3f, 0.15f);
        step[1].ShouldBe(-1f, 0.15f);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Values_come_back_to_the_bit(Estimator estimator)
    {
        // So small a rate moves nothing.
        var (_, step) = Step(estimator, rate: 1e-30, start: [0.1f, 0.2f]);
        step.ShouldBe([0.1f, 0.2f]);
    }

    [Fact]
    public void Steps_without_losses_to_go_by_are_left_out_and_a_round_of_them_fails()
    {
        var calls = 0;
        using var every = new Quadratic(Sets.X(0), (_, _) => [calls++ < 4 ? double.NaN : 1]);
        Run(every, new Estimator.TwoPoint(0.1), 0.5, steps: 5, Sets.X(0)).Answer.Numbers[Update.TrainLossNumber].ShouldBe(0.5, 1e-6, "of the steps that were taken");
        using var none = new Quadratic(Sets.X(0), (_, _) => [double.NaN]);
        Should.Throw<Tributary.Numerics.RunException>(() => Run(none, new Estimator.TwoPoint(0.1), 0.5, steps: 2, Sets.X(0))).Message.ShouldContain("none of its 2 steps");
        using var steep = Quadratic.Towards(Sets.X(0), 1000);
        Should.Throw<Tributary.Numerics.RunException>(() => Run(steep, new Estimator.TwoPoint(0.1, MostDifference: 1e-3), 0.5, steps: 2, Sets.X(0)));
    }

    [Fact]
    public void Directions_depend_on_client_round_and_step_or_stay_for_the_round()
    {
        ulong Key(Directions directions, string client, int version, int step, int index = 0) =>
            new DirectionSequence(directions, 1, DirectionSequence.StreamOf(1, client, version, 0)).Key(step, index);
        var fresh = new Directions.Fresh(2);
        ulong[] keys = [Key(fresh, "a", 0, 0), Key(fresh, "b", 0, 0), Key(fresh, "a", 1, 0), Key(fresh, "a", 0, 1), Key(fresh, "a", 0, 0, 1)];
        keys.ShouldBeUnique();
        Key(new Directions.Fresh(PerRound: true), "a", 0, 7).ShouldBe(Key(new Directions.Fresh(PerRound: true), "a", 0, 0));
        var pool = new Directions.Pool(3);
        Enumerable.Range(0, 50).Select(step => Key(pool, "a", 0, step)).Distinct().Order().ShouldBe(Enumerable.Range(0, 3).Select(place => DirectionSequence.InPool(1, place)).Order());
    }

    private static float[] Direction(int length)
    {
        var normals = new float[length];
        new Philox(new DirectionSequence(new Directions.Fresh(), 1, DirectionSequence.StreamOf(1, "c1", 3, 0)).Key(0, 0)).FillNormal(DirectionSequence.Address("x"), normals);
        return normals;
    }

    private static (LocalResult Result, float[] After) Step(Estimator estimator, double rate, float[]? start = null)
    {
        using var model = Quadratic.Towards(Sets.X(0, 0), 3, -1);
        var result = Run(model, estimator, rate, 1, Sets.Of(Sets.Vector("x", start ?? [0f, 0f])));
        return (result, result.Answer.Section(MessageBody.Parameters).Values());
    }

    private static LocalResult Run(Quadratic model, Estimator estimator, double rate, int steps, ParameterSet start)
    {
        var method = Catalogue.FedIt with { LocalProgram = new LocalProgram([new Phase(Estimator: estimator, Optimizer: new OptimizerSpec.Sgd(rate), Budget: new Budget.Steps(steps))]) };
        var order = new WorkOrder("run", 3, 10, "train", "c1", WorkOrder.CurrentProtocol, 1, "", "", method);
        return LocalProgramRunner.Run(order, Sets.Body(start), MessageBody.Empty, start, model, Quadratic.Data(5), CancellationToken.None);
    }
}
