using Tributary.Numerics.Reference;

namespace Tributary.Numerics.Tests.Backend;

public sealed class UpdateContract
{
    private static readonly (int Rows, int Columns, int Gap)[] Sizes = [(1, 1, 0), (3, 5, 2), (4, 16, 0), (1, 37, 0), (71, 520, 0), (66, 517, 3), (1, 300001, 0)];

    private static readonly OptimizerStep[] Steps =
    [
        new(OptimizerKind.Sgd, 1, 0.1),
        new(OptimizerKind.Sgd, 1, 0.1, Momentum: 0.9, Dampening: 0.5),
        new(OptimizerKind.Sgd, 2, 0.1, Momentum: 0.9, Dampening: 0.5, WeightDecay: 0.1),
        new(OptimizerKind.Sgd, 3, 0.1, Momentum: 0.9, Nesterov: true, Maximize: true),
        new(OptimizerKind.Adam, 1, 0.1, WeightDecay: 0.1),
        new(OptimizerKind.Adam, 7, 0.1, AmsGrad: true, Epsilon: 1e-4),
        new(OptimizerKind.AdamW, 1, 0.01, WeightDecay: 0.1),
        new(OptimizerKind.AdamW, 1000, 0.01, WeightDecay: 0.1, Maximize: true),
        new(OptimizerKind.AdamW, 3, 0.01, AmsGrad: true),
        new(OptimizerKind.Adagrad, 1, 0.1, InitialAccumulator: 0.5, Epsilon: 1e-4),
        new(OptimizerKind.Adagrad, 4, 0.1, Decay: 0.1, WeightDecay: 0.1),
        new(OptimizerKind.RmsProp, 1, 0.1, Epsilon: 1e-4),
        new(OptimizerKind.RmsProp, 4, 0.1, Momentum: 0.9, Centered: true, WeightDecay: 0.1, Epsilon: 0.5),
        new(OptimizerKind.Yogi, 1, 0.1, Epsilon: 1e-3, InitialAccumulator: 1e-6),
        new(OptimizerKind.Yogi, 9, 0.1, Epsilon: 1e-3, WeightDecay: 0.1),
    ];

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Optimizers(string leg)
    {
        foreach (var step in Steps)
        {
            foreach (var (rows, columns, gap) in Sizes.Where(x => x.Columns < 100000))
            {
                Operand parameter = Operand.Normal(1, rows, columns, 1, gap), gradient = Operand.Normal(2, rows, columns, 1, gap);
                Operand first = Operand.Normal(3, rows, columns), second = Operand.Positive(4, rows, columns, gap), third = Operand.Positive(5, rows, columns);
                var extra = step.AmsGrad || step.Centered;
                Contract.RowWise(
                    leg,
                    rows,
                    (backend, at) => backend.Update(
                        step, at.Rows(parameter), at.Rows(gradient), at.Rows(first), at.Rows(second), extra ? at.Rows(third) : default),
                    [parameter, gradient, first, second, third],
                    2e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Unused_states_may_be_missing(string leg)
    {
        var (parameter, gradient) = (Operand.Normal(1, 3, 19), Operand.Normal(2, 3, 19));
        var step = new OptimizerStep(OptimizerKind.Sgd, 1, 0.1);
        Contract.RowWise(leg, 3, (backend, at) => backend.Update(step, at.Rows(parameter), at.Rows(gradient), default, default, default), [parameter, gradient]);
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Inner_products_in_double(string leg)
    {
        foreach (var (rows, columns, gap) in Sizes)
        {
            Operand x = Operand.Normal(1, rows, columns, 1, gap), z = Operand.Normal(2, rows, columns, 1, gap);
            using IBackend exact = new ReferenceBackend<double>(), one = Legs.Create(leg, 1), two = Legs.Create(leg, 2);
            var (expected, dot) = (exact.Dot(x.Place(exact), z.Place(exact)), one.Dot(x.Place(one), z.Place(one)));
            dot.ShouldBe(expected, 1e-12 * rows * columns);
            two.Dot(x.Place(two), z.Place(two)).ShouldBe(dot);
            var squares = one.SumOfSquares(x.Place(one));
            squares.ShouldBe(exact.SumOfSquares(x.Place(exact)), 1e-12 * rows * columns);
            two.SumOfSquares(x.Place(two)).ShouldBe(squares);
        }
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void What_is_not_finite_is_found_anywhere(string leg)
    {
        foreach (var (rows, columns, gap) in Sizes)
        {
            using var backend = Legs.Create(leg, 2);
            var x = Operand.Normal(1, rows, columns, 1e30f, gap);
            backend.AllFinite(x.Place(backend)).ShouldBeTrue();
            foreach (var index in new[] { 0, (rows * columns) / 2, (rows * columns) - 1 })
            {
                backend.AllFinite(x.With(index, float.NaN).Place(backend)).ShouldBeFalse();
                backend.AllFinite(x.With(index, float.NegativeInfinity).Place(backend)).ShouldBeFalse();
            }
        }
    }
}
