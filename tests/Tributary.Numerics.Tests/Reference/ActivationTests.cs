namespace Tributary.Numerics.Tests.Reference;

public sealed class ActivationTests
{
    private readonly Host _host = new();

    public static TheoryData<ActivationKind> Kinds => [.. Enum.GetValues<ActivationKind>()];

    [Theory]
    [InlineData(ActivationKind.Relu, 1.5, 1.5)]
    [InlineData(ActivationKind.Relu, -1.5, 0)]
    [InlineData(ActivationKind.Gelu, 1, 0.8413447460685429)]
    [InlineData(ActivationKind.GeluTanh, 1, 0.8411919906082768)]
    [InlineData(ActivationKind.Silu, 1, 0.7310585786300049)]
    [InlineData(ActivationKind.Tanh, 1, 0.7615941559557649)]
    [InlineData(ActivationKind.QuickGelu, 1, 0.8457957659328212)]
    public void Value_is_the_published_function(ActivationKind kind, double x, double expected) => Value(kind, [x])[0].ShouldBe(expected, 1e-15);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Slope_agrees_with_differences_and_beta_keeps_the_old_value(ActivationKind kind)
    {
        var (x, d, old) = (Host.Normals(1, 40), Host.Normals(2, 40), Host.Normals(3, 40));
        var z = _host.Up(old, 1);
        _host.Backend.ActivateSlope(kind, _host.Up(x, 1), _host.Up(d, 1), z, 0);
        Differences.CheckTangent(i => Value(kind, i[0]), [x], [d], _host.Down(z));
        var added = _host.Up(old, 1);
        _host.Backend.ActivateSlope(kind, _host.Up(x, 1), _host.Up(d, 1), added, 2);
        Differences.Close(_host.Down(added), _host.Down(z).Zip(old, (slope, before) => slope + (2 * before)).ToArray(), "with beta", 1e-14);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gate_gradients_and_tangent_agree_with_differences(ActivationKind kind)
    {
        double[][] inputs = [Host.Normals(1, 12), Host.Normals(2, 12)];
        double[][] directions = [Host.Normals(3, 12), Host.Normals(4, 12)];
        var weights = Host.Normals(5, 12);
        var (gate, up, dgate, dup, ty) = (_host.Up(inputs[0], 3), _host.Up(inputs[1], 3), _host.Zeros(3, 4), _host.Zeros(3, 4), _host.Zeros(3, 4));
        _host.Backend.GateGradient(kind, gate, up, _host.Up(weights, 3), dgate, dup);
        Differences.CheckGradients(i => Gated(kind, i), inputs, weights, [_host.Down(dgate), _host.Down(dup)]);
        _host.Backend.GateTangent(kind, gate, up, _host.Up(directions[0], 3), _host.Up(directions[1], 3), ty);
        Differences.CheckTangent(i => Gated(kind, i), inputs, directions, _host.Down(ty));
    }

    [Fact]
    public void Gelu_is_accurate_far_in_the_lower_tail() => Value(ActivationKind.Gelu, [-10])[0].ShouldBe(-7.619853024160527e-23, 1e-36);

    private double[] Value(ActivationKind kind, double[] x)
    {
        var y = _host.Zeros(1, x.Length);
        _host.Backend.Activate(kind, _host.Up(x, 1), y);
        return _host.Down(y);
    }

    private double[] Gated(ActivationKind kind, double[][] inputs)
    {
        var y = _host.Zeros(3, 4);
        _host.Backend.Gate(kind, _host.Up(inputs[0], 3), _host.Up(inputs[1], 3), y);
        return _host.Down(y);
    }
}
