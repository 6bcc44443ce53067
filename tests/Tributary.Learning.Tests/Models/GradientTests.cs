using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Autograd;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Gradient and tangent of every model that writes by all of its tensors against differences of the loss, on the naive kernels in double.</summary>
public class GradientTests
{
    private const float Step = 5e-4f;

    [Theory]
    [MemberData(nameof(TinyModels.Writers), MemberType = typeof(TinyModels))]
    public void Language_modelling(string config) => Check(config, new LanguageModelling());

    [Theory]
    [MemberData(nameof(TinyModels.Decoders), MemberType = typeof(TinyModels))]
    public void Classification(string config) => Check(TinyModels.Classifier(config, 3), new SequenceClassification());

    [Theory]
    [MemberData(nameof(TinyModels.Decoders), MemberType = typeof(TinyModels))]
    [MemberData(nameof(TinyModels.Encoders), MemberType = typeof(TinyModels))]
    public void Words_at_a_cloze(string config) => Check(config, new SequenceClassification(), [5, 0, 30]);

    private static void Check(string config, IObjective objective, IReadOnlyList<int>? classTokens = null)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend, classTokens);
        using var tape = new Tape(backend);
        var whole = new FullConfig().Resolve(model)[0];
        using var learner = new Learner(model, [whole], objective, tape);
        var rows = TinyModels.Rows(model, [3, 9, 27, 4, 5, 30, 8, 6, 12], [8, 2, 30, 7]); // no padding: its look-up has no gradient but a slope
        var start = Moved(whole.Initial(model, 0), Direction(whole.Initial(model, 0), 3), 0.1f); // away from gains of one and biases of zero, where errors could hide
        learner.Trainable.Write(start);
        learner.Trainable.ZeroGradient();
        learner.AddGradient(rows);
        var gradient = learner.Trainable.ReadGradient();
        for (ulong seed = 10; seed < 14; seed++)
        {
            var direction = Direction(start, seed);
            learner.Trainable.Write(start);
            var tangent = learner.DirectionalDerivative(rows, direction);
            var slope = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step); // losses are read in single precision: a high order allows a wide step

            var inner = gradient.Zip(direction).Sum(p => p.First.Values.Zip(p.Second.Values, (a, b) => (double)a * b).Sum());
            tangent.ShouldBe(inner, 1e-5 * Math.Max(1, Math.Abs(inner)), "the tangent is the gradient along the direction");
            slope.ShouldBe(inner, 1e-3 * Math.Max(1, Math.Abs(inner)), "and both are the loss's slope");

            double At(float step)
            {
                learner.Trainable.Write(Moved(start, direction, step));
                return learner.Loss(rows);
            }
        }
    }

    private static ParameterSet Direction(ParameterSet like, ulong seed) => new(like.Select(t =>
    {
        var direction = HostTensor.Zeros(t.Key, t.Shape);
        InitialValues.Normal(direction, seed, 1);
        return direction;
    }));

    private static ParameterSet Moved(ParameterSet from, ParameterSet direction, float step) => new(from.Zip(direction, (t, d) =>
        new HostTensor(t.Key, t.Shape, [.. t.Values.Zip(d.Values, (value, slope) => value + (step * slope))])));
}
