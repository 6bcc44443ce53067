namespace Tributary.Numerics.Reference;

/// <content>Matrix products.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Gemm(Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix c, float alpha = 1, float beta = 0)
    {
        Shapes.Gemm(a, transposeA, b, transposeB, c);
        var (left, right, result) = (Of(a), Of(b), Of(c));
        var inner = transposeA ? a.Rows : a.Columns;
        for (var i = 0; i < c.Rows; i++)
        {
            for (var j = 0; j < c.Columns; j++)
            {
                var sum = T.Zero;
                for (var l = 0; l < inner; l++)
                {
                    sum += (transposeA ? left[l, i] : left[i, l]) * (transposeB ? right[j, l] : right[l, j]);
                }

                Put(ref result[i, j], Number(alpha) * sum, Number(beta));
            }
        }
    }

    /// <inheritdoc/>
    public void Multiply(Matrix x, FrozenMatrix weight, Matrix bias, Matrix y, float beta = 0)
    {
        Shapes.Multiply(x, weight, bias, y);
        var (input, w, output) = (Of(x), Of(weight), Of(y));
        for (var r = 0; r < x.Rows; r++)
        {
            for (var o = 0; o < w.Outputs; o++)
            {
                var sum = T.Zero;
                for (var i = 0; i < w.Inputs; i++)
                {
                    sum += input[r, i] * w[o, i];
                }

                Put(ref output[r, o], bias.IsEmpty ? sum : sum + Of(bias)[0, o], Number(beta));
            }
        }
    }

    /// <inheritdoc/>
    public void MultiplyTransposed(Matrix dy, FrozenMatrix weight, Matrix dx, float beta = 0)
    {
        Shapes.MultiplyTransposed(dy, weight, dx);
        var (output, w, input) = (Of(dy), Of(weight), Of(dx));
        for (var r = 0; r < dy.Rows; r++)
        {
            for (var i = 0; i < w.Inputs; i++)
            {
                var sum = T.Zero;
                for (var o = 0; o < w.Outputs; o++)
                {
                    sum += output[r, o] * w[o, i];
                }

                Put(ref input[r, i], sum, Number(beta));
            }
        }
    }
}
