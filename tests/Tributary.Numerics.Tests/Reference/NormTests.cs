namespace Tributary.Numerics.Tests.Reference;

public sealed class NormTests
{
    private const float Epsilon = 0.125f;

    private readonly Host _host = new();

    [Fact]
    public void Layer_norm_has_mean_of_the_bias_and_unit_deviation()
    {
        var (y, stats) = (_host.Zeros(1, 4), _host.Zeros(1, 2));
        _host.Backend.Norm(NormKind.Layer, _host.Up([1, 3, 1, 3], 1), _host.Up([1, 1, 2, 2], 1), _host.Up([5, 5, 5, 5], 1), 0, y, stats);
        _host.Down(y).ShouldBe([4, 6, 3, 7]);
        _host.Down(stats).ShouldBe([2, 1]);
    }

    [Fact]
    public void Rms_norm_keeps_the_mean()
    {
        var (y, stats) = (_host.Zeros(1, 2), _host.Zeros(1, 2));
        _host.Backend.Norm(NormKind.Rms, _host.Up([1, 7], 1), _host.Up([1, 2], 1), default, 0, y, stats);
        _host.Down(y).ShouldBe([0.2, 2.8], 1e-15);
        _host.Down(stats).ShouldBe([0, 0.2]);
    }

    [Fact]
    public void Affine_norm_is_gain_and_bias_alone()
    {
        var (y, stats) = (_host.Zeros(1, 2), _host.Zeros(1, 2));
        _host.Backend.Norm(NormKind.Affine, _host.Up([1, 7], 1), _host.Up([2, 3], 1), _host.Up([5, 6], 1), 0, y, stats);
        _host.Down(y).ShouldBe([7, 27]);
        _host.Down(stats).ShouldBe([0, 1]);
    }

    [Fact]
    public void Rms_norm_with_gains_from_one_adds_one_to_the_weights()
    {
        var (y, stats) = (_host.Zeros(1, 2), _host.Zeros(1, 2));
        _host.Backend.Norm(NormKind.RmsPlusOne, _host.Up([1, 7], 1), _host.Up([0, 1], 1), default, 0, y, stats);
        _host.Down(y).ShouldBe([0.2, 2.8], 1e-15);
    }

    [Theory]
    [InlineData(NormKind.Layer)]
    [InlineData(NormKind.Rms)]
    [InlineData(NormKind.Affine)]
    [InlineData(NormKind.RmsPlusOne)]
    public void Gradients_agree_with_differences(NormKind kind)
    {
        double[][] inputs = [Host.Normals(1, 15), Host.Normals(2, 5), Host.Normals(3, 5)];
        var weights = Host.Normals(4, 15);
        var (x, gain, dy) = (_host.Up(inputs[0], 3), _host.Up(inputs[1], 1), _host.Up(weights, 3));
        var (dx, dgain, dbias) = (_host.Zeros(3, 5), _host.Zeros(1, 5), _host.Zeros(1, 5));
        var stats = Forward(kind, inputs).Stats;
        _host.Backend.NormInputGradient(kind, x, gain, stats, dy, dx);
        _host.Backend.NormGainGradient(kind, x, stats, dy, dgain);
        _host.Backend.SumRows(dy, dbias);
        Differences.CheckGradients(i => Forward(kind, i).Output, inputs, weights, [_host.Down(dx), _host.Down(dgain), _host.Down(dbias)]);
    }

    [Theory]
    [InlineData(NormKind.Layer, true, true)]
    [InlineData(NormKind.Rms, true, true)]
    [InlineData(NormKind.Layer, false, true)]
    [InlineData(NormKind.Rms, true, false)]
    [InlineData(NormKind.Affine, true, true)]
    [InlineData(NormKind.Affine, true, false)]
    [InlineData(NormKind.RmsPlusOne, true, true)]
    public void Tangent_agrees_with_differences(NormKind kind, bool movesInput, bool movesGain)
    {
        double[][] inputs = [Host.Normals(1, 15), Host.Normals(2, 5), Host.Normals(3, 5)];
        double[][] directions = [movesInput ? Host.Normals(5, 15) : new double[15], movesGain ? Host.Normals(6, 5) : new double[5], new double[5]];
        if (movesGain)
        {
            directions[2] = Host.Normals(7, 5);
        }

        var ty = _host.Up(Host.Normals(8, 15), 3);
        _host.Backend.NormTangent(
            kind, _host.Up(inputs[0], 3), _host.Up(inputs[1], 1), Forward(kind, inputs).Stats, movesInput ? _host.Up(directions[0], 3) : default,
            movesGain ? _host.Up(directions[1], 1) : default, movesGain ? _host.Up(directions[2], 1) : default, ty);
        Differences.CheckTangent(i => Forward(kind, i).Output, inputs, directions, _host.Down(ty));
    }

    [Fact]
    public void Reciprocal_lengths_of_rows_are_0_for_zeros()
    {
        var y = _host.Zeros(1, 2);
        _host.Backend.ReciprocalRowNorms(_host.Up([3, 4, 0, 0], 2), y);
        _host.Down(y).ShouldBe([0.2, 0], 1e-15);
    }

    private (double[] Output, Matrix Stats) Forward(NormKind kind, double[][] inputs)
    {
        var (y, stats) = (_host.Zeros(3, 5), _host.Zeros(3, 2));
        _host.Backend.Norm(kind, _host.Up(inputs[0], 3), _host.Up(inputs[1], 1), _host.Up(inputs[2], 1), Epsilon, y, stats);
        return (_host.Down(y), stats);
    }
}
