namespace Tributary.Numerics.Reference;

/// <content>Norms and optimizer updates.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public double SumOfSquares(Matrix x) => Dot(x, x);

    /// <inheritdoc/>
    public double Dot(Matrix x, Matrix z)
    {
        Shapes.AddScaled(x, z);
        var (left, right, sum) = (Of(x), Of(z), 0.0);
        ForEach(x, (r, c) => sum += double.CreateChecked(left[r, c]) * double.CreateChecked(right[r, c]));
        return sum;
    }

    /// <inheritdoc/>
    public bool AllFinite(Matrix x)
    {
        Shapes.Valid(x);
        var (view, finite) = (Of(x), true);
        ForEach(x, (r, c) => finite &= T.IsFinite(view[r, c]));
        return finite;
    }

    /// <inheritdoc/>
    public void Update(in OptimizerStep step, Matrix parameter, Matrix gradient, Matrix first, Matrix second, Matrix third)
    {
        Shapes.Update(step, parameter, gradient, first, second, third);
        var rule = new OptimizerRule<T>(step);
        var (p, g, unused) = (Of(parameter), Of(gradient), default(T));
        for (var r = 0; r < parameter.Rows; r++)
        {
            for (var c = 0; c < parameter.Columns; c++)
            {
                ref var m = ref unused;
                ref var v = ref unused;
                ref var extra = ref unused;
                if (!first.IsEmpty)
                {
                    m = ref Of(first)[r, c];
                }

                if (!second.IsEmpty)
                {
                    v = ref Of(second)[r, c];
                }

                if (!third.IsEmpty)
                {
                    extra = ref Of(third)[r, c];
                }

                rule.Apply(ref p[r, c], g[r, c], ref m, ref v, ref extra);
            }
        }
    }
}
