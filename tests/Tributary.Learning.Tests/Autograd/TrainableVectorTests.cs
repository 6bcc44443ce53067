using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;

namespace Tributary.Learning.Tests.Autograd;

public sealed class TrainableVectorTests
{
    [Fact]
    public void More_values_than_one_vector_holds_are_refused_before_anything_is_allocated()
    {
        using var backend = new CpuBackend(1);
        var halves = new[] { "a", "b" }.Select(name => (new TensorKey(TensorKey.MainModel, TensorKey.DefaultAdapter, 0, "weight", name), new[] { 1 << 15, 1 << 15 }));

        var refused = Should.Throw<InputException>(() => new TrainableVector(backend, halves));

        refused.Message.ShouldStartWith("2147483648 values cannot be trained together");
    }
}
