namespace Tributary.Numerics.Tests.Backend;

public sealed class LossContract
{
    private static readonly (int Rows, int Classes, int Gap)[] Sizes = [(1, 2, 0), (4, 5, 1), (6, 16, 0), (5, 33, 2), (9, 2049, 0), (17, 5003, 3)];

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Cross_entropy(string leg) => ForEach((rows, classes, gap) =>
    {
        Operand logits = Operand.Normal(1, rows, classes, 3, gap), weights = Operand.Normal(2, 1, rows), losses = Operand.Normal(3, 1, rows);
        var labels = Labels(rows, classes);
        foreach (var smoothing in new[] { 0f, 0.1f, 1f })
        {
            Contract.RowWise(
                leg,
                rows,
                (backend, at) => backend.CrossEntropy(at.Rows(logits), at.Rows(labels), at.Across(weights), at.Across(losses), true, smoothing),
                [logits, weights, losses],
                5e-6);
            Contract.RowWise(
                leg, rows, (backend, at) => backend.CrossEntropy(at.Rows(logits), at.Rows(labels), default, at.Across(losses), false, smoothing), [logits, losses], 5e-6);
        }
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Tangent(string leg) => ForEach((rows, classes, gap) =>
    {
        Operand logits = Operand.Normal(1, rows, classes, 3, gap), tlogits = Operand.Normal(2, rows, classes, 1, gap), losses = Operand.Normal(3, 1, rows);
        var labels = Labels(rows, classes);
        foreach (var smoothing in new[] { 0f, 0.2f })
        {
            Contract.RowWise(
                leg,
                rows,
                (backend, at) => backend.CrossEntropyTangent(at.Rows(logits), at.Rows(labels), at.Rows(tlogits), at.Across(losses), smoothing),
                [logits, tlogits, losses],
                1e-5);
        }
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Binary_cross_entropy(string leg) => ForEach((rows, classes, gap) =>
    {
        Operand logits = Operand.Normal(1, rows, classes, 3, gap), targets = Targets(rows, classes, gap), losses = Operand.Normal(3, 1, rows);
        foreach (var gradient in new[] { true, false })
        {
            Contract.RowWise(
                leg, rows, (backend, at) => backend.BinaryCrossEntropy(at.Rows(logits), at.Rows(targets), 0.7f, at.Across(losses), gradient), [logits, targets, losses], 5e-6);
        }
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Tangent_of_binary_cross_entropy(string leg) => ForEach((rows, classes, gap) =>
    {
        Operand logits = Operand.Normal(1, rows, classes, 3, gap), targets = Targets(rows, classes, gap);
        Operand tlogits = Operand.Normal(2, rows, classes, 1, gap), losses = Operand.Normal(3, 1, rows);
        Contract.RowWise(
            leg,
            rows,
            (backend, at) => backend.BinaryCrossEntropyTangent(at.Rows(logits), at.Rows(targets), at.Rows(tlogits), at.Across(losses)),
            [logits, targets, tlogits, losses],
            2e-5);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Large_logits_of_several_labels(string leg)
    {
        var logits = new Operand(2, 4, [1e4f, -1e4f, 90, -90, 3e8f, 0, -17, 17], 0);
        Operand targets = new(2, 4, [0, 1, 1, 0, 1, 0.5f, 0, 1], 0), losses = new(1, 2, [0, 0], 0);
        Contract.RowWise(
            leg, 2, (backend, at) => backend.BinaryCrossEntropy(at.Rows(logits), at.Rows(targets), 1, at.Across(losses), true), [logits, targets, losses], leg == "reference" ? 1e-3 : 1e-6);
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Large_and_equal_logits(string leg)
    {
        var logits = new Operand(3, 5, [1e4f, 9999, -1e4f, 0, 9998, 3e8f, -3e8f, 0, 1, 2, 700, 700, 700, 700, 700], 0);
        Operand weights = new(1, 3, [1, 1, 0.5f], 0), losses = new(1, 3, [0, 0, 0], 0);
        Contract.RowWise(
            leg,
            3,
            (backend, at) => backend.CrossEntropy(at.Rows(logits), at.Rows([1, 0, 4]), at.Across(weights), at.Across(losses), true),
            [logits, weights, losses],
            leg == "reference" ? 2e-3 : 1e-6);
    }

    private static Operand Targets(int rows, int classes, int gap) =>
        new(rows, classes, [.. Operand.Normal(4, rows, classes).Values.Select(v => v > 1 ? 0.25f : v > 0 ? 1f : 0f)], gap);

    /// <summary>The first, the last and middle classes; every fourth row is ignored.</summary>
    private static int[] Labels(int rows, int classes) =>
        Enumerable.Range(0, rows).Select(r => (r % 4) switch { 0 => classes - 1, 1 => 0, 2 => classes / 2, _ => -100 }).ToArray();

    private static void ForEach(Action<int, int, int> check)
    {
        foreach (var (rows, classes, gap) in Sizes)
        {
            check(rows, classes, gap);
        }
    }
}
