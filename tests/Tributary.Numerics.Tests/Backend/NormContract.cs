namespace Tributary.Numerics.Tests.Backend;

public sealed class NormContract
{
    private static readonly (int Rows, int Columns, int Gap)[] Sizes = [(1, 2, 0), (3, 7, 1), (5, 16, 0), (4, 33, 3), (9, 64, 0), (66, 771, 2), (131, 300, 0)];

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Norm(string leg) => ForEach((kind, rows, columns, gap) =>
    {
        Operand x = Operand.Normal(1, rows, columns, 3, gap), gain = Operand.Normal(2, 1, columns), bias = Operand.Normal(3, 1, columns);
        Operand y = Operand.Normal(4, rows, columns, 1, gap), stats = Operand.Normal(5, rows, 2, 1, gap);
        Contract.RowWise(
            leg, rows, (backend, at) => backend.Norm(kind, at.Rows(x), at.Whole(gain), at.Whole(bias), 1e-5f, at.Rows(y), at.Rows(stats)), [x, gain, bias, y, stats]);
        Contract.RowWise(
            leg, rows, (backend, at) => backend.Norm(kind, at.Rows(x), at.Whole(gain), default, 1e-6f, at.Rows(y), at.Rows(stats)), [x, gain, y, stats]);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void A_row_far_from_zero_keeps_its_deviation(string leg)
    {
        var normal = Operand.Normal(1, 5, 101);
        var x = normal with { Values = Array.ConvertAll(normal.Values, v => v + 300) };
        Operand gain = Operand.Normal(2, 1, 101), y = Operand.Normal(3, 5, 101), stats = Operand.Normal(4, 5, 2);
        Contract.RowWise(
            leg, 5, (backend, at) => backend.Norm(NormKind.Layer, at.Rows(x), at.Whole(gain), default, 1e-5f, at.Rows(y), at.Rows(stats)), [x, gain, y, stats], leg == "reference" ? 1e-3 : 1e-4);
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Reciprocal_row_norms(string leg)
    {
        foreach (var (rows, columns, gap) in Sizes)
        {
            Operand x = Operand.Normal(1, rows, columns, 3, gap), y = Operand.Normal(2, 1, rows);
            x = x with { Values = [.. x.Values.Select((v, i) => i / columns == rows - 1 ? 0 : v)] };
            Contract.RowWise(leg, rows, (backend, at) => backend.ReciprocalRowNorms(at.Rows(x), at.Across(y)), [x, y]);
        }
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Input_gradient(string leg) => ForEach((kind, rows, columns, gap) =>
    {
        Operand x = Operand.Normal(1, rows, columns, 1, gap), gain = Operand.Normal(2, 1, columns), stats = Operand.Positive(3, rows, 2);
        Operand dy = Operand.Normal(4, rows, columns, 1, gap), dx = Operand.Normal(5, rows, columns, 1, gap);
        stats = kind != NormKind.Layer ? WithoutMeans(stats) : stats;
        Contract.RowWise(
            leg,
            rows,
            (backend, at) => backend.NormInputGradient(kind, at.Rows(x), at.Whole(gain), at.Rows(stats), at.Rows(dy), at.Rows(dx)),
            [x, gain, stats, dy, dx],
            1e-5);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Gain_gradient(string leg) => ForEach((kind, rows, columns, gap) =>
    {
        Operand x = Operand.Normal(1, rows, columns, 1, gap), stats = Operand.Positive(2, rows, 2, gap);
        Operand dy = Operand.Normal(3, rows, columns, 1, gap), dgain = Operand.Normal(4, 1, columns, 1, gap);
        stats = kind != NormKind.Layer ? WithoutMeans(stats) : stats;
        Contract.Whole(
            leg, rows, (backend, at) => backend.NormGainGradient(kind, at.Whole(x), at.Whole(stats), at.Whole(dy), at.Whole(dgain)), [x, stats, dy, dgain], 1e-5);
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Tangent(string leg) => ForEach((kind, rows, columns, gap) =>
    {
        Operand x = Operand.Normal(1, rows, columns, 1, gap), gain = Operand.Normal(2, 1, columns), stats = Operand.Positive(3, rows, 2);
        Operand tx = Operand.Normal(4, rows, columns, 1, gap), tgain = Operand.Normal(5, 1, columns), tbias = Operand.Normal(6, 1, columns);
        var ty = Operand.Normal(7, rows, columns, 1, gap);
        stats = kind != NormKind.Layer ? WithoutMeans(stats) : stats;
        for (var given = 0; given < 8; given++)
        {
            var (input, scale, shift) = ((given & 1) != 0, (given & 2) != 0, (given & 4) != 0);
            Contract.RowWise(
                leg,
                rows,
                (backend, at) => backend.NormTangent(
                    kind,
                    at.Rows(x),
                    at.Whole(gain),
                    at.Rows(stats),
                    input ? at.Rows(tx) : default,
                    scale ? at.Whole(tgain) : default,
                    shift ? at.Whole(tbias) : default,
                    at.Rows(ty)),
                [x, gain, stats, tx, tgain, tbias, ty],
                1e-5);
        }
    });

    private static Operand WithoutMeans(Operand stats) => stats with { Values = stats.Values.Select((v, i) => i % 2 == 0 ? 0 : v).ToArray() };

    private static void ForEach(Action<NormKind, int, int, int> check)
    {
        foreach (var (rows, columns, gap) in Sizes)
        {
            check(NormKind.Layer, rows, columns, gap);
            check(NormKind.Rms, rows, columns, gap);
            check(NormKind.Affine, rows, columns, gap);
            check(NormKind.RmsPlusOne, rows, columns, gap);
        }
    }
}
