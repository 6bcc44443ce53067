using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.Random;

public sealed class PortableMathTests
{
    private static readonly PhiloxSequence Numbers = new(new Philox(11));

    [Fact]
    public void Logarithm_is_that_of_the_runtime()
    {
        foreach (var x in Spread(-300, 300).Append(1).Append(2).Append(0.5).Append(Math.BitIncrement(1)).Append(Math.BitDecrement(1)).Append(1e-300))
        {
            PortableMath.Log(x).ShouldBe(Math.Log(x), 4e-16 * Math.Abs(Math.Log(x)) + double.Epsilon, $"log({x:r})");
        }
    }

    [Fact]
    public void Exponential_is_that_of_the_runtime()
    {
        for (var i = 0; i < 2000; i++)
        {
            var x = (Numbers.UniformDouble() - 0.5) * 1400;
            PortableMath.Exp(x).ShouldBe(Math.Exp(x), 6e-16 * Math.Exp(x), $"exp({x:r})");
        }

        PortableMath.Exp(0).ShouldBe(1);
        PortableMath.Exp(-2000).ShouldBe(0);
        PortableMath.Exp(double.NegativeInfinity).ShouldBe(0);
        PortableMath.Exp(2000).ShouldBe(double.PositiveInfinity);
        PortableMath.Exp(double.NaN).ShouldBe(double.NaN);
    }

    [Fact]
    public void Sine_and_cosine_are_those_of_the_runtime()
    {
        for (var i = 0; i < 2000; i++)
        {
            var turns = Numbers.UniformDouble();
            var (sin, cos) = PortableMath.SinCosTurns(turns);
            sin.ShouldBe(Math.Sin(2 * Math.PI * turns), 1e-15);
            cos.ShouldBe(Math.Cos(2 * Math.PI * turns), 1e-15);
        }

        PortableMath.SinCosTurns(0).ShouldBe((0, 1));
        PortableMath.SinCosTurns(0.25).ShouldBe((1, 0));
        PortableMath.SinCosTurns(0.75).ShouldBe((-1, 0));
    }

    private static IEnumerable<double> Spread(int low, int high) =>
        Enumerable.Range(0, 2000).Select(_ => Math.Pow(10, low + (Numbers.UniformDouble() * (high - low))));
}
