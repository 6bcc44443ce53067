using System.Text.Json;
using Tributary.Learning.Optimization;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Optimization;

public sealed class GradientClippingTests
{
    private readonly IBackend backend = new ReferenceBackend<float>();

    [Fact]
    public void A_long_gradient_is_scaled_to_the_norm()
    {
        var gradient = Vector(3, 4);
        new GradientClipping.ByNorm(1).Apply(backend, gradient).ShouldBe(5);
        Read(gradient).ShouldBe([0.6f, 0.8f], 1e-6);
    }

    [Fact]
    public void A_short_gradient_keeps_its_bits()
    {
        var gradient = Vector(0.3f, 0.1f);
        new GradientClipping.ByNorm(1).Apply(backend, gradient);
        Read(gradient).ShouldBe([0.3f, 0.1f]);
    }

    [Fact]
    public void A_zero_gradient_stays_zero()
    {
        var gradient = Vector(0, 0);
        new GradientClipping.ByNorm(0.5).Apply(backend, gradient).ShouldBe(0);
        Read(gradient).ShouldBe([0, 0]);
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 4.497941445275415)]
    [InlineData(double.PositiveInfinity, 4)]
    public void Other_norms_are_those_of_their_order(double type, double expected) =>
        new GradientClipping.ByNorm(100, type).Apply(backend, Vector(3, -4)).ShouldBe(expected, 1e-12);

    [Fact]
    public void Values_are_limited_on_both_sides()
    {
        var gradient = Vector(-2, 0.25f, 9);
        new GradientClipping.ByValue(0.5).Apply(backend, gradient);
        Read(gradient).ShouldBe([-0.5f, 0.25f, 0.5f]);
    }

    [Fact]
    public void Clipping_survives_json()
    {
        GradientClipping clipping = new GradientClipping.ByNorm(0.5);
        JsonSerializer.Deserialize<GradientClipping>(JsonSerializer.Serialize(clipping)).ShouldBe(clipping);
    }

    private Matrix Vector(params float[] values)
    {
        var matrix = backend.Allocate(values.Length).AsMatrix(1, values.Length);
        backend.Upload(values, matrix);
        return matrix;
    }

    private float[] Read(Matrix matrix)
    {
        var values = new float[matrix.Count];
        backend.Read(matrix, values);
        return values;
    }
}
