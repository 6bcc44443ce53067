using Tributary.Federation.Clients;
using Tributary.Federation.Parts;
using Tributary.Federation.Tests.Methods;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Reference;

namespace Tributary.Federation.Tests.Clients;

public sealed class TailNormTermTests
{
    private const double Lambda = 0.7;
    private static readonly float[] A = [.. Enumerable.Range(0, 12).Select(i => (float)Math.Sin(i + 1))];
    private static readonly float[] B = [.. Enumerable.Range(0, 20).Select(i => (float)Math.Cos(1.3 * i))];

    [Fact]
    [Trait("Method", "hetlora")]
    public void The_gradient_is_that_of_the_norms_of_the_last_ranks()
    {
        var (a, b) = Gradient(A, B);
        for (var i = 0; i < A.Length; i++)
        {
            ((double)a[i]).ShouldBe(Slope(step => Value(Moved(A, i, step), B)), 1e-4, $"A {i}");
        }

        for (var i = 0; i < B.Length; i++)
        {
            ((double)b[i]).ShouldBe(Slope(step => Value(A, Moved(B, i, step))), 1e-4, $"B {i}");
        }

        a[..6].ShouldAllBe(slope => slope == 0, "ranks 0 and 1 of 4 are not in the tail of 0.6");
    }

    [Fact]
    [Trait("Method", "hetlora")]
    public void A_tail_of_zeros_has_no_gradient() => Gradient(A, new float[20]).A.Concat(Gradient(A, new float[20]).B).ShouldAllBe(slope => slope == 0);

    // Ranks 2 and 3 of 4: ⌊0.6 · 4⌋ = 2.
    private static double Value(float[] a, float[] b) => Lambda
        * Math.Sqrt(Enumerable.Range(0, 20).Where(i => i % 4 >= 2).Sum(i => (double)b[i] * b[i]))
        * Math.Sqrt(a[6..].Sum(v => (double)v * v));

    private static double Slope(Func<double, double> at) => (at(1e-3) - at(-1e-3)) / 2e-3;

    private static float[] Moved(float[] values, int index, double step) => [.. values.Select((v, i) => i == index ? (float)(v + step) : v)];

    private static (float[] A, float[] B) Gradient(float[] a, float[] b)
    {
        using var backend = new ReferenceBackend<double>();
        using var vector = new TrainableVector(backend, [(LoraFederation.A, [4, 3]), (LoraFederation.B, [5, 4])]);
        vector.Write(new ParameterSet([new HostTensor(LoraFederation.A, [4, 3], a), new HostTensor(LoraFederation.B, [5, 4], b)]));
        using var term = new TailNormTerm(new LossTerm.TailNorm(Lambda, 0.6), new LoraConfig(4, 4), backend, vector);
        term.AddGradient(vector);
        var gradient = vector.ReadGradient();
        return (gradient[LoraFederation.A].Values, gradient[LoraFederation.B].Values);
    }
}
