namespace Tributary.Numerics.Tests.Reference;

public sealed class LossTests
{
    private static readonly int[] Labels = [2, -1, 0];

    private readonly Host _host = new();

    [Theory]
    [InlineData(0f)]
    [InlineData(0.25f)]
    public void Gradient_and_tangent_agree_with_differences(float smoothing)
    {
        var (values, weights, direction) = (Host.Normals(1, 12), Host.Normals(2, 3), Host.Normals(3, 12));
        var (logits, losses) = (_host.Up(values, 3), _host.Zeros(1, 3));
        _host.Backend.CrossEntropyTangent(logits, Labels, _host.Up(direction, 3), losses, smoothing);
        Differences.CheckTangent(x => Losses(x[0], smoothing), [values], [direction], _host.Down(losses));
        _host.Backend.CrossEntropy(logits, Labels, _host.Up(weights, 1), losses, gradient: true, smoothing);
        Differences.CheckGradients(x => Losses(x[0], smoothing), [values], weights, [_host.Down(logits)]);
    }

    [Fact]
    public void Gradient_and_tangent_of_several_labels_agree_with_differences()
    {
        var (values, targets, direction) = (Host.Normals(1, 12), Host.Normals(4, 12).Select(v => v > 0 ? 1.0 : 0.2).ToArray(), Host.Normals(3, 12));
        var (logits, losses) = (_host.Up(values, 3), _host.Zeros(1, 3));
        _host.Backend.BinaryCrossEntropyTangent(logits, _host.Up(targets, 3), _host.Up(direction, 3), losses);
        Differences.CheckTangent(x => BinaryLosses(x[0], targets), [values], [direction], _host.Down(losses));
        _host.Backend.BinaryCrossEntropy(logits, _host.Up(targets, 3), 0.5f, losses, gradient: true);
        Differences.CheckGradients(x => BinaryLosses(x[0], targets), [values], [0.5, 0.5, 0.5], [_host.Down(logits)]);
    }

    [Fact]
    public void Loss_of_several_labels_is_the_sum_of_their_negative_log_likelihoods()
    {
        double[] values = [0.3, -1.2, 2, 0.7], targets = [1, 0, 0.25, 1];
        double P(int c) => 1 / (1 + Math.Exp(-values[c]));
        double Nll(int c) => -(targets[c] * Math.Log(P(c))) - ((1 - targets[c]) * Math.Log(1 - P(c)));
        BinaryLosses(values, targets, 2).ShouldBe([Nll(0) + Nll(1), Nll(2) + Nll(3)], 1e-14);
    }

    [Fact]
    public void Loss_is_the_mix_of_label_and_mean_and_zero_without_a_label()
    {
        var values = Host.Normals(1, 12);
        double Nll(int row, int label) => Math.Log(values[(row * 4)..((row + 1) * 4)].Sum(Math.Exp)) - values[(row * 4) + label];
        double Mixed(int row, int label) => (0.75 * Nll(row, label)) + (0.25 * Enumerable.Range(0, 4).Average(c => Nll(row, c)));
        Differences.Close(Losses(values, 0.25f), [Mixed(0, 2), 0, Mixed(2, 0)], "losses", 1e-14);
    }

    [Fact]
    public void Logits_are_kept_without_gradient_and_zeroed_where_there_is_no_label()
    {
        var values = Host.Normals(1, 12);
        var (logits, losses) = (_host.Up(values, 3), _host.Zeros(1, 3));
        _host.Backend.CrossEntropy(logits, Labels, default, losses, gradient: false);
        _host.Down(logits).ShouldBe(values);
        _host.Backend.CrossEntropy(logits, Labels, _host.Up([1, 1, 1], 1), losses, gradient: true);
        _host.Down(logits.RowRange(1, 1)).ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void Huge_logits_do_not_overflow()
    {
        var losses = _host.Zeros(1, 1);
        _host.Backend.CrossEntropy(_host.Up([1e6, 0], 1), [1], default, losses, gradient: false);
        _host.Down(losses).ShouldBe([1e6]);
    }

    [Fact]
    public void Label_beyond_the_classes_is_refused() =>
        Should.Throw<ArgumentException>(() => _host.Backend.CrossEntropy(_host.Zeros(1, 4), [4], default, _host.Zeros(1, 1), false))
            .Message.ShouldContain("labels[0] is 4, outside [0, 4)");

    private double[] BinaryLosses(double[] values, double[] targets, int rows = 3)
    {
        var losses = _host.Zeros(1, rows);
        _host.Backend.BinaryCrossEntropy(_host.Up(values, rows), _host.Up(targets, rows), 1, losses, gradient: false);
        return _host.Down(losses);
    }

    private double[] Losses(double[] values, float smoothing)
    {
        var losses = _host.Zeros(1, 3);
        _host.Backend.CrossEntropy(_host.Up(values, 3), Labels, default, losses, gradient: false, smoothing);
        return _host.Down(losses);
    }
}
