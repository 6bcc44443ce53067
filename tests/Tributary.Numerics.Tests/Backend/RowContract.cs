using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.Backend;

public sealed class RowContract
{
    /// <summary>Rows, columns and gap: registers exactly full, one too few, one too many, and enough for two threads.</summary>
    private static readonly (int Rows, int Columns, int Gap)[] Sizes =
        [(1, 1, 0), (1, 3, 2), (5, 4, 0), (7, 15, 1), (3, 16, 3), (9, 17, 0), (2, 33, 5), (67, 64, 0), (70, 513, 0), (66, 517, 7), (1, 40001, 0), (129, 300, 4)];

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Fill(string leg) => ForEachSize((rows, columns, gap) =>
    {
        var x = Operand.Normal(1, rows, columns, 1, gap);
        Contract.RowWise(leg, rows, (backend, at) => backend.Fill(at.Rows(x), -2.5f), [x]);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Scaled_sum(string leg) => ForEachSize((rows, columns, gap) =>
    {
        var (x, y) = (Operand.Normal(1, rows, columns, 1, gap), Operand.Normal(2, rows, columns, 1, 2 * gap));
        foreach (var (alpha, beta) in new[] { (1f, 1f), (-0.5f, 0f), (3f, 0.25f) })
        {
            Contract.RowWise(leg, rows, (backend, at) => backend.AddScaled(at.Rows(x), at.Rows(y), alpha, beta), [x, y]);
        }
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Products_of_elements(string leg) => ForEachSize((rows, columns, gap) =>
    {
        Operand x = Operand.Normal(1, rows, columns, 1, gap), z = Operand.Normal(2, rows, columns), y = Operand.Normal(3, rows, columns, 1, gap);
        foreach (var (alpha, beta) in new[] { (1f, 0f), (2f, 1f), (-1f, 0.5f) })
        {
            Contract.RowWise(leg, rows, (backend, at) => backend.MultiplyElements(at.Rows(x), at.Rows(z), at.Rows(y), alpha, beta), [x, z, y]);
        }
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Products_with_one_row(string leg) => ForEachSize((rows, columns, gap) =>
    {
        Operand x = Operand.Normal(1, rows, columns, 1, gap), row = Operand.Normal(2, 1, columns), y = Operand.Normal(3, rows, columns, 1, gap);
        foreach (var (alpha, beta) in new[] { (1f, 0f), (2f, 1f), (-1f, 0.5f) })
        {
            Contract.RowWise(leg, rows, (backend, at) => backend.MultiplyRow(at.Rows(x), at.Whole(row), at.Rows(y), alpha, beta), [x, row, y]);
        }
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void With_beta_zero_the_target_is_not_read(string leg)
    {
        Operand x = Operand.Normal(1, 3, 37), y = Operand.Normal(2, 3, 37).With(5, float.NaN).With(110, float.PositiveInfinity);
        Contract.RowWise(leg, 3, (backend, at) => backend.AddScaled(at.Rows(x), at.Rows(y), 1, 0), [x, y]);
        Contract.RowWise(leg, 3, (backend, at) => backend.MultiplyElements(at.Rows(x), at.Rows(x), at.Rows(y)), [x, y]);
        Contract.RowWise(leg, 3, (backend, at) => backend.Gather(at.Whole(x), at.Rows([2, 0, 2]), at.Rows(y)), [x, y]);
        Contract.RowWise(leg, 3, (backend, at) => backend.Dropout(at.Rows(x), 0.5f, 3, at.Rows([4L, 1L, 9L]), at.Rows(y)), [x, y]);
        Contract.RowWise(leg, 3, (backend, at) => backend.ActivateSlope(ActivationKind.Silu, at.Rows(x), at.Rows(x), at.Rows(y), 0), [x, y]);
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Row_added_to_every_row(string leg) => ForEachSize((rows, columns, gap) =>
    {
        var (row, y) = (Operand.Normal(1, 1, columns), Operand.Normal(2, rows, columns, 1, gap));
        Contract.RowWise(leg, rows, (backend, at) => backend.AddRow(at.Whole(row), at.Rows(y)), [row, y]);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Column_sums(string leg) => ForEachSize((rows, columns, gap) =>
    {
        Operand x = Operand.Normal(1, rows, columns, 1, gap), z = Operand.Normal(2, rows, columns), sum = Operand.Normal(3, 1, columns, 1, gap);
        Contract.Whole(leg, rows, (backend, at) => backend.SumRows(at.Whole(x), at.Whole(sum)), [x, sum]);
        Contract.Whole(leg, rows, (backend, at) => backend.SumRowProducts(at.Whole(x), at.Whole(z), at.Whole(sum)), [x, z, sum]);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Gather_and_scatter(string leg) => ForEachSize((rows, columns, gap) =>
    {
        var ids = Ids(rows, 6);
        Operand table = Operand.Normal(1, 6, columns, 1, gap), x = Operand.Normal(2, rows, columns, 1, gap), y = Operand.Normal(3, rows, columns, 1, gap);
        foreach (var beta in new[] { 0f, 1f, -0.5f })
        {
            Contract.RowWise(leg, rows, (backend, at) => backend.Gather(at.Whole(table), at.Rows(ids), at.Rows(y), beta), [table, y]);
        }

        Contract.RowWise(leg, rows, (backend, at) => backend.ScatterAdd(at.Rows(x), at.Rows(ids), at.Whole(table), skip: 2, scale: 0.75f), [x, table], 1e-5);
        Contract.RowWise(leg, rows, (backend, at) => backend.ScatterAdd(at.Rows(x), at.Rows(ids), at.Whole(table)), [x, table], 1e-5);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Dropout(string leg) => ForEachSize((rows, columns, gap) =>
    {
        var keys = Array.ConvertAll(Ids(rows, 1000), x => (x * 7_000_000_000L) - 5);
        var (x, y) = (Operand.Normal(1, rows, columns, 1, gap), Operand.Normal(2, rows, columns, 1, gap));
        foreach (var (p, beta) in new[] { (0f, 0f), (0.1f, 1f), (0.75f, 0f) })
        {
            Contract.RowWise(leg, rows, (backend, at) => backend.Dropout(at.Rows(x), p, 0xABCD_EF01_2345, at.Rows(keys), at.Rows(y), beta), [x, y]);
        }
    });

    private static int[] Ids(int count, int limit)
    {
        var random = new Philox(5);
        return Enumerable.Range(0, count).Select(i => (int)(random.Uniform(9, (ulong)i) * limit)).ToArray();
    }

    private static void ForEachSize(Action<int, int, int> check)
    {
        foreach (var (rows, columns, gap) in Sizes)
        {
            check(rows, columns, gap);
        }
    }
}
