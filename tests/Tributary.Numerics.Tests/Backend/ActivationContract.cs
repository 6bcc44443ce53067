namespace Tributary.Numerics.Tests.Backend;

public sealed class ActivationContract
{
    /// <summary>Products with normal numbers nearly cancel against what is added to.</summary>
    private const double Tolerance = 1e-5;

    private static readonly (int Rows, int Columns, int Gap)[] Sizes = [(1, 1, 0), (3, 5, 2), (4, 16, 0), (2, 37, 1), (71, 520, 0), (66, 517, 3)];

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Values_and_slopes(string leg) => ForEach((kind, rows, columns, gap) =>
    {
        Operand x = Operand.Normal(1, rows, columns, 3, gap), d = Operand.Normal(2, rows, columns, 1, gap), y = Operand.Normal(3, rows, columns, 1, gap);
        Contract.RowWise(leg, rows, (backend, at) => backend.Activate(kind, at.Rows(x), at.Rows(y)), [x, y], Tolerance);
        foreach (var beta in new[] { 0f, 1f, 0.5f })
        {
            Contract.RowWise(leg, rows, (backend, at) => backend.ActivateSlope(kind, at.Rows(x), at.Rows(d), at.Rows(y), beta), [x, d, y], Tolerance);
        }
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Gates(string leg) => ForEach((kind, rows, columns, gap) =>
    {
        Operand gate = Operand.Normal(1, rows, columns, 2, gap), up = Operand.Normal(2, rows, columns, 1, gap), dy = Operand.Normal(3, rows, columns);
        Operand first = Operand.Normal(4, rows, columns, 1, gap), second = Operand.Normal(5, rows, columns, 1, gap), y = Operand.Normal(6, rows, columns);
        Contract.RowWise(leg, rows, (backend, at) => backend.Gate(kind, at.Rows(gate), at.Rows(up), at.Rows(y)), [gate, up, y], Tolerance);
        Contract.RowWise(
            leg,
            rows,
            (backend, at) => backend.GateGradient(kind, at.Rows(gate), at.Rows(up), at.Rows(dy), at.Rows(first), at.Rows(second)),
            [gate, up, dy, first, second],
            Tolerance);
        Contract.RowWise(
            leg,
            rows,
            (backend, at) => backend.GateTangent(kind, at.Rows(gate), at.Rows(up), at.Rows(first), at.Rows(second), at.Rows(y)),
            [gate, up, first, second, y],
            Tolerance);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Every_value_is_accurate_from_tiny_to_huge(string leg)
    {
        // One number at a time in its own row, so that the tolerance is relative to it alone.
        float[] values = [0, 1e-30f, 1e-6f, 1e-3f, 0.1f, 0.5f, 0.6f, 0.65f, 1, 2, 3, 4.9f, 8, 12, 40, 87, 89, 100, 1e4f, 1e10f, 1e18f];
        foreach (var value in values.Concat(values.Select(v => -v)))
        {
            Operand x = new(1, 1, [value], 0), d = new(1, 1, [1], 0), y = new(1, 1, [0], 0);
            foreach (var kind in Enum.GetValues<ActivationKind>())
            {
                // Negative tails fall below the precision of 1 − tanh and of Φ in the twin in single: only their size matters.
                var accurate = leg != "reference" && (value > -8 || kind == ActivationKind.Relu);
                var tolerance = accurate && !(kind is ActivationKind.Tanh && Math.Abs(value) > 5) ? 3e-5 : double.NaN;
                Check(leg, (backend, at) => backend.Activate(kind, at.Rows(x), at.Rows(y)), [x, y], tolerance);
                Check(leg, (backend, at) => backend.ActivateSlope(kind, at.Rows(x), at.Rows(d), at.Rows(y), 0), [x, d, y], double.NaN);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Not_a_number_stays_visible(string leg)
    {
        using var backend = Legs.Create(leg, 1);
        foreach (var kind in Enum.GetValues<ActivationKind>())
        {
            Operand x = Operand.Normal(1, 1, 21).With(3, float.NaN).With(20, float.NaN), y = Operand.Normal(2, 1, 21);
            if (kind == ActivationKind.Relu)
            {
                continue; // the twin's comparison turns NaN into 0
            }

            var bound = new Bound(backend, [x, y]) { Count = 1 };
            backend.Activate(kind, bound.Rows(x), bound.Rows(y));
            bound.Read()[1].Select(float.IsNaN).ShouldBe(Enumerable.Range(0, 21).Select(i => i is 3 or 20));
        }
    }

    /// <summary>Relative tolerance, or 1e-6 absolute where the value is a difference of near equals.</summary>
    private static void Check(string leg, Action<IBackend, Bound> operation, Operand[] operands, double tolerance)
    {
        if (!double.IsNaN(tolerance))
        {
            Contract.RowWise(leg, 1, operation, operands, tolerance);
            return;
        }

        using var exact = new Numerics.Reference.ReferenceBackend<double>();
        using var backend = Legs.Create(leg, 1);
        var (expected, actual) = (new Bound(exact, operands) { Count = 1 }, new Bound(backend, operands) { Count = 1 });
        operation(exact, expected);
        operation(backend, actual);
        var (want, have) = (expected.Read()[^1][0], actual.Read()[^1][0]);
        have.ShouldBe(want, 1e-6f * Math.Max(1, Math.Abs(want)), $"at {operands[0].Values[0]}");
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Softmax_over_the_largest_entries(string leg)
    {
        foreach (var (rows, columns, gap) in new[] { (1, 1, 0), (5, 4, 2), (37, 9, 0), (700, 30, 3) })
        {
            Operand x = Operand.Normal(1, rows, columns, 3, gap), y = Operand.Normal(2, rows, columns), d = Operand.Normal(3, rows, columns, 1, gap), z = Operand.Normal(4, rows, columns);
            foreach (var top in new[] { 1, (columns + 1) / 2, columns })
            {
                Contract.RowWise(leg, rows, (backend, at) => backend.TopSoftmax(at.Rows(x), top, at.Rows(y)), [x, y], Tolerance);
                Contract.RowWise(leg, rows, (backend, at) =>
                {
                    backend.TopSoftmax(at.Rows(x), top, at.Rows(y));
                    backend.SoftmaxSlope(at.Rows(y), at.Rows(d), at.Rows(z), 0.5f);
                }, [x, y, d, z], Tolerance);
            }
        }
    }

    private static void ForEach(Action<ActivationKind, int, int, int> check)
    {
        foreach (var kind in Enum.GetValues<ActivationKind>())
        {
            foreach (var (rows, columns, gap) in Sizes)
            {
                check(kind, rows, columns, gap);
            }
        }
    }
}
