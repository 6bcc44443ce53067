namespace Tributary.Numerics.Reference;

/// <content>Normalisations of rows: x̂ = (x − mean) · rstd, where the mean is 0 for RMS; x̂ = x for affine.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Norm(NormKind kind, Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix y, Matrix stats)
    {
        Shapes.Norm(x, gain, bias, y, stats);
        var (input, g, output, s) = (Of(x), Of(gain), Of(y), Of(stats));
        var (width, unit) = (Number(x.Columns), Unit(kind));
        for (var r = 0; r < x.Rows; r++)
        {
            var mean = T.Zero;
            for (var c = 0; kind == NormKind.Layer && c < x.Columns; c++)
            {
                mean += input[r, c] / width;
            }

            var square = T.Zero;
            for (var c = 0; c < x.Columns; c++)
            {
                square += (input[r, c] - mean) * (input[r, c] - mean);
            }

            var rstd = kind == NormKind.Affine ? T.One : T.One / T.Sqrt((square / width) + Number(epsilon));
            (s[r, 0], s[r, 1]) = (mean, rstd);
            for (var c = 0; c < x.Columns; c++)
            {
                output[r, c] = ((input[r, c] - mean) * rstd * (unit + g[0, c])) + (bias.IsEmpty ? T.Zero : Of(bias)[0, c]);
            }
        }
    }

    /// <inheritdoc/>
    public void NormInputGradient(NormKind kind, Matrix x, Matrix gain, Matrix stats, Matrix dy, Matrix dx)
    {
        Shapes.NormInputGradient(x, gain, stats, dy, dx);
        var (input, g, s, outer, inner, unit) = (Of(x), Of(gain), Of(stats), Of(dy), Of(dx), Unit(kind));
        for (var r = 0; r < x.Rows; r++)
        {
            var (sum, along) = (T.Zero, T.Zero);
            for (var c = 0; c < x.Columns; c++)
            {
                sum += (unit + g[0, c]) * outer[r, c];
                along += (unit + g[0, c]) * outer[r, c] * Normalised(input, s, r, c);
            }

            var mean = kind == NormKind.Layer ? sum / Number(x.Columns) : T.Zero;
            along = kind == NormKind.Affine ? T.Zero : along / Number(x.Columns);
            for (var c = 0; c < x.Columns; c++)
            {
                inner[r, c] += s[r, 1] * (((unit + g[0, c]) * outer[r, c]) - mean - (along * Normalised(input, s, r, c)));
            }
        }
    }

    /// <inheritdoc/>
    public void NormGainGradient(NormKind kind, Matrix x, Matrix stats, Matrix dy, Matrix dgain)
    {
        Shapes.NormGainGradient(x, stats, dy, dgain);
        var (input, s, outer, d) = (Of(x), Of(stats), Of(dy), Of(dgain));
        ForEach(x, (r, c) => d[0, c] += outer[r, c] * Normalised(input, s, r, c));
    }

    /// <inheritdoc/>
    public void NormTangent(NormKind kind, Matrix x, Matrix gain, Matrix stats, Matrix tx, Matrix tgain, Matrix tbias, Matrix ty)
    {
        Shapes.NormTangent(x, gain, stats, tx, tgain, tbias, ty);
        var (input, g, s, output, unit) = (Of(x), Of(gain), Of(stats), Of(ty), Unit(kind));
        for (var r = 0; r < x.Rows; r++)
        {
            var (sum, along) = (T.Zero, T.Zero);
            for (var c = 0; c < x.Columns; c++)
            {
                sum += OrZero(tx, r, c);
                along += OrZero(tx, r, c) * Normalised(input, s, r, c);
            }

            var mean = kind == NormKind.Layer ? sum / Number(x.Columns) : T.Zero;
            along = kind == NormKind.Affine ? T.Zero : along / Number(x.Columns);
            for (var c = 0; c < x.Columns; c++)
            {
                var normalised = Normalised(input, s, r, c);
                var tangent = s[r, 1] * (OrZero(tx, r, c) - mean - (along * normalised));
                output[r, c] = ((unit + g[0, c]) * tangent) + (OrZero(tgain, 0, c) * normalised) + OrZero(tbias, 0, c);
            }
        }
    }

    /// <inheritdoc/>
    public void ReciprocalRowNorms(Matrix x, Matrix y)
    {
        Shapes.ReciprocalRowNorms(x, y);
        var (from, to) = (Of(x), Of(y));
        for (var r = 0; r < x.Rows; r++)
        {
            var square = T.Zero;
            for (var c = 0; c < x.Columns; c++)
            {
                square += from[r, c] * from[r, c];
            }

            to[0, r] = square > T.Zero ? T.One / T.Sqrt(square) : T.Zero;
        }
    }

    /// <summary>What the kind adds to every gain.</summary>
    private static T Unit(NormKind kind) => kind == NormKind.RmsPlusOne ? T.One : T.Zero;

    private static T Normalised(View<T> x, View<T> stats, int row, int column) => (x[row, column] - stats[row, 0]) * stats[row, 1];

    private static T OrZero(Matrix x, int row, int column) => x.IsEmpty ? T.Zero : Of(x)[row, column];
}
