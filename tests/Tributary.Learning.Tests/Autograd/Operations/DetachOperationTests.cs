using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

public sealed class DetachOperationTests
{
    private static readonly TensorKey Key = new(TensorKey.MainModel, TensorKey.DefaultAdapter, 0, "weight", "x");

    [Fact]
    public void The_value_passes_and_the_gradient_does_not()
    {
        using var backend = new ReferenceBackend<double>();
        using var trained = new TrainableVector(backend, [(Key, [2, 3])]);
        using var tape = new Tape(backend) { Mode = TapeMode.Record };
        trained.Write(new ParameterSet([new HostTensor(Key, [2, 3], [1, 2, 3, 4, 5, 6])]));
        trained.ZeroGradient();
        var x = tape.Embed(null, tape.Use(trained.Parameters[0]), new[] { 0, 1 });
        var constant = tape.Detach(x);
        constant.NeedsGradient.ShouldBeFalse();

        // d/dx Σ (x + 10 · constant) is 1: what passes through the constant is left out.
        var sum = tape.Sum(x, constant, 10);
        var values = new float[6];
        backend.Read(sum.Value, values);
        values.ShouldBe([11f, 22, 33, 44, 55, 66]);
        using var ones = backend.Allocate(6);
        backend.Upload(new float[] { 1, 1, 1, 1, 1, 1 }, ones.AsMatrix(2, 3));
        tape.Backward(sum, ones.AsMatrix(2, 3));
        trained.ReadGradient()[0].Values.ShouldBe([1f, 1, 1, 1, 1, 1]);
    }

    [Fact]
    public void No_tangent_passes()
    {
        using var backend = new ReferenceBackend<double>();
        using var tape = new Tape(backend) { Mode = TapeMode.Tangent };
        using var values = backend.Allocate(2);
        backend.Upload(new float[] { 1, 2 }, values.AsMatrix(1, 2));
        tape.Detach(tape.Input(values.AsMatrix(1, 2), tangent: values.AsMatrix(1, 2))).Tangent.IsEmpty.ShouldBeTrue();
    }
}
