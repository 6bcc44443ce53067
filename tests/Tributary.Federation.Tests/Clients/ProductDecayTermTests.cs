using Tributary.Federation.Clients;
using Tributary.Federation.Parts;
using Tributary.Federation.Tests.Methods;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Reference;

namespace Tributary.Federation.Tests.Clients;

public sealed class ProductDecayTermTests
{
    private const double Lambda = 0.7, Scale = 2;
    private static readonly float[] A = [.. Enumerable.Range(0, 6).Select(i => (float)Math.Sin(i + 1))];
    private static readonly float[] B = [.. Enumerable.Range(0, 10).Select(i => (float)Math.Cos(1.3 * i))];

    [Fact]
    [Trait("Method", "fedhm")]
    [Checks(5, Of = "fedhm")]
    public void The_gradient_is_that_of_the_squared_norm_of_the_product()
    {
        using var backend = new ReferenceBackend<double>();
        using var vector = new TrainableVector(backend, [(LoraFederation.A, [2, 3]), (LoraFederation.B, [5, 2])]);
        vector.Write(new ParameterSet([new HostTensor(LoraFederation.A, [2, 3], A), new HostTensor(LoraFederation.B, [5, 2], B)]));
        using var term = new ProductDecayTerm(new LossTerm.ProductDecay(Lambda), new LoraConfig(2, 2 * Scale), backend, vector);
        term.AddGradient(vector);
        var gradient = vector.ReadGradient();
        for (var i = 0; i < A.Length; i++)
        {
            ((double)gradient[LoraFederation.A].Values[i]).ShouldBe(Slope(step => Value(Moved(A, i, step), Moved(B, 0, 0))), 1e-5, $"A {i}");
        }

        for (var i = 0; i < B.Length; i++)
        {
            ((double)gradient[LoraFederation.B].Values[i]).ShouldBe(Slope(step => Value(Moved(A, 0, 0), Moved(B, i, step))), 1e-5, $"B {i}");
        }
    }

    private static double Value(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var place = 0; place < 15; place++)
        {
            var (o, i) = (place / 3, place % 3);
            var product = Scale * ((b[2 * o] * a[i]) + (b[(2 * o) + 1] * a[3 + i]));
            sum += product * product;
        }

        return 0.5 * Lambda * sum;
    }

    private static double Slope(Func<double, double> at) => (at(1e-4) - at(-1e-4)) / 2e-4;

    private static double[] Moved(float[] values, int index, double step) => [.. values.Select((v, i) => i == index ? v + step : v)];
}
