using Tributary.Learning.Optimization;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Optimization;

public sealed class OptimizerTests : IDisposable
{
    private const int Length = 5;
    private readonly ReferenceBackend<float> backend = new();

    [Fact]
    public void Plain_sgd_walks_against_the_gradient_and_keeps_no_state()
    {
        var (parameters, gradient) = (Vector(1, 2, 3, 4, 5), Vector(1, 0, -1, 2, 0.5f));
        using var optimizer = new Optimizer(new OptimizerSpec.Sgd(0.5), backend, Length);
        optimizer.Step(parameters, gradient, 0.5);
        Read(parameters).ShouldBe([0.5f, 2, 3.5f, 3, 4.75f]);
        optimizer.StateBytes.ShouldBe(0);
        optimizer.Steps.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(OptimizerSpecTests.All), MemberType = typeof(OptimizerSpecTests))]
    public void A_stored_state_continues_to_the_same_bits(OptimizerSpec spec)
    {
        var (whole, broken) = (Vector(1, 2, 3, 4, 5), Vector(1, 2, 3, 4, 5));
        using var one = new Optimizer(spec, backend, Length);
        Steps(one, whole, 0, 6);

        using var first = new Optimizer(spec, backend, Length);
        Steps(first, broken, 0, 3);
        using var second = new Optimizer(spec, backend, Length);
        second.WriteState(first.ReadState());
        Steps(second, broken, 3, 6);

        Read(broken).ShouldBe(Read(whole));
        second.Steps.ShouldBe(6);
    }

    [Theory]
    [MemberData(nameof(OptimizerSpecTests.All), MemberType = typeof(OptimizerSpecTests))]
    public void Reset_forgets_everything(OptimizerSpec spec)
    {
        using var used = new Optimizer(spec, backend, Length);
        Steps(used, Vector(1, 2, 3, 4, 5), 0, 3);
        used.Reset();
        var (again, fresh) = (Vector(1, 2, 3, 4, 5), Vector(1, 2, 3, 4, 5));
        Steps(used, again, 0, 2);
        using var other = new Optimizer(spec, backend, Length);
        Steps(other, fresh, 0, 2);
        Read(again).ShouldBe(Read(fresh));
    }

    [Fact]
    public void State_of_another_optimizer_is_refused()
    {
        using var adam = new Optimizer(new OptimizerSpec.AdamW(), backend, Length);
        using var sgd = new Optimizer(new OptimizerSpec.Sgd(Momentum: 0.9), backend, Length);
        Should.Throw<InputException>(() => adam.WriteState(sgd.ReadState())).Message.ShouldContain("another optimizer");
    }

    [Fact]
    public void Another_number_of_parameters_is_refused()
    {
        using var optimizer = new Optimizer(new OptimizerSpec.AdamW(), backend, Length + 1);
        Should.Throw<ArgumentException>(() => optimizer.Step(Vector(1, 2, 3, 4, 5), Vector(0, 0, 0, 0, 0), 0.1));
    }

    [Fact]
    public void Nothing_to_train_is_no_error()
    {
        using var optimizer = new Optimizer(new OptimizerSpec.AdamW(), backend, 0);
        optimizer.Step(backend.Allocate(1).AsMatrix(1, 0), backend.Allocate(1).AsMatrix(1, 0), 0.1);
        optimizer.ReadState().First.ShouldBeEmpty();
    }

    public void Dispose() => backend.Dispose();

    private void Steps(Optimizer optimizer, Matrix parameters, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            var values = Enumerable.Range(0, Length).Select(i => MathF.Sin((3 * step) + i)).ToArray();
            optimizer.Step(parameters, Vector(values), optimizer.Spec.LearningRate);
        }
    }

    private Matrix Vector(params float[] values)
    {
        var matrix = backend.Allocate(values.Length).AsMatrix(1, values.Length);
        backend.Upload((ReadOnlySpan<float>)values, matrix);
        return matrix;
    }

    private float[] Read(Matrix matrix)
    {
        var values = new float[matrix.Count];
        ((IBackend)backend).Read(matrix, values);
        return values;
    }
}
