using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

public sealed class AskOperationTests : IDisposable
{
    private static readonly float[] Values = [1, -2, 0.5f, 3, 4, -1];
    private readonly ReferenceBackend<double> backend = new();
    private readonly TokenRows rows = new();

    [Fact]
    public void The_gradient_that_came_flows_on()
    {
        using var tape = new Tape(backend) { Mode = TapeMode.Record };
        var upper = new HalfSquares();
        var x = Input(tape, needsGradient: true);

        var loss = tape.Ask(x, rows, upper, 0.25f);
        tape.Backward(loss, 2);

        loss.Scalar.ShouldBe(Values.Sum(v => v * v / 2));
        var gradient = new float[Values.Length];
        backend.Read(x.Gradient, gradient);
        gradient.ShouldBe(Values.Select(v => 2 * 0.25f * v));
        upper.Trained.ShouldBe(1);
    }

    [Fact]
    public void Where_nothing_below_is_trained_no_gradient_is_asked_for_and_what_is_above_learns_all_the_same()
    {
        using var tape = new Tape(backend) { Mode = TapeMode.Record };
        var upper = new HalfSquares();

        tape.Backward(tape.Ask(Input(tape, needsGradient: false), rows, upper));

        upper.Trained.ShouldBe(1);
        upper.Gradients.ShouldBe(0);
    }

    [Fact]
    public void Without_recording_the_loss_alone_is_asked_for()
    {
        using var tape = new Tape(backend);
        var upper = new HalfSquares();

        tape.Ask(Input(tape, needsGradient: true), rows, upper).Scalar.ShouldBe(Values.Sum(v => v * v / 2));

        upper.Trained.ShouldBe(0);
    }

    [Fact]
    public void There_is_no_derivative_along_a_direction()
    {
        using var tape = new Tape(backend) { Mode = TapeMode.Tangent };
        Should.Throw<NotSupportedException>(() => tape.Ask(Input(tape, needsGradient: false), rows, new HalfSquares()));
    }

    public void Dispose() => backend.Dispose();

    private Var Input(Tape tape, bool needsGradient)
    {
        var value = backend.Allocate(Values.Length).AsMatrix(2, 3);
        backend.Upload(Values, value);
        return tape.Input(value, needsGradient);
    }

    // Σ x² / 2.
    private sealed class HalfSquares : IUpperBlocks
    {
        public int Trained { get; private set; }

        public int Gradients { get; private set; }

        public double Loss(TokenRows rows, ReadOnlyMemory<float> given) => given.ToArray().Sum(v => v * v / 2);

        public double AddGradient(TokenRows rows, ReadOnlyMemory<float> given, float scale, Memory<float> gradient)
        {
            Trained++;
            Gradients += gradient.IsEmpty ? 0 : 1;
            for (var i = 0; i < gradient.Length; i++)
            {
                gradient.Span[i] = scale * given.Span[i];
            }

            return Loss(rows, given);
        }

        public void Learn(TokenRows rows, ReadOnlyMemory<float> given, float scale) => throw new InvalidOperationException("there is no exit");
    }
}
