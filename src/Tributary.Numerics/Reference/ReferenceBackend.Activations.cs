namespace Tributary.Numerics.Reference;

/// <content>Elementwise activations and gates.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Activate(ActivationKind kind, Matrix x, Matrix y)
    {
        Shapes.Activate(x, y);
        var (from, to) = (Of(x), Of(y));
        ForEach(x, (r, c) => to[r, c] = Activation<T>.Value(kind, from[r, c]));
    }

    /// <inheritdoc/>
    public void ActivateSlope(ActivationKind kind, Matrix x, Matrix d, Matrix z, float beta)
    {
        Shapes.ActivateSlope(x, d, z);
        var (at, from, to) = (Of(x), Of(d), Of(z));
        ForEach(x, (r, c) => Put(ref to[r, c], Activation<T>.Slope(kind, at[r, c]) * from[r, c], Number(beta)));
    }

    /// <inheritdoc/>
    public void Gate(ActivationKind kind, Matrix gate, Matrix up, Matrix y)
    {
        Shapes.Gate(gate, up, y);
        var (g, u, to) = (Of(gate), Of(up), Of(y));
        ForEach(gate, (r, c) => to[r, c] = Activation<T>.Value(kind, g[r, c]) * u[r, c]);
    }

    /// <inheritdoc/>
    public void GateGradient(ActivationKind kind, Matrix gate, Matrix up, Matrix dy, Matrix dgate, Matrix dup)
    {
        Shapes.GateGradient(gate, up, dy, dgate, dup);
        var (g, u, d, dg, du) = (Of(gate), Of(up), Of(dy), Of(dgate), Of(dup));
        ForEach(gate, (r, c) =>
        {
            dg[r, c] += Activation<T>.Slope(kind, g[r, c]) * u[r, c] * d[r, c];
            du[r, c] += Activation<T>.Value(kind, g[r, c]) * d[r, c];
        });
    }

    /// <inheritdoc/>
    public void GateTangent(ActivationKind kind, Matrix gate, Matrix up, Matrix tgate, Matrix tup, Matrix ty)
    {
        Shapes.GateTangent(gate, up, tgate, tup, ty);
        var (g, u, tg, tu, to) = (Of(gate), Of(up), Of(tgate), Of(tup), Of(ty));
        ForEach(gate, (r, c) => to[r, c] = (Activation<T>.Slope(kind, g[r, c]) * u[r, c] * tg[r, c]) + (Activation<T>.Value(kind, g[r, c]) * tu[r, c]));
    }

    /// <inheritdoc/>
    public void TopSoftmax(Matrix x, int top, Matrix y)
    {
        Shapes.TopSoftmax(x, top, y);
        var (from, to) = (Of(x), Of(y));
        for (var r = 0; r < x.Rows; r++)
        {
            // Stable: of equal entries the first come first.
            var row = r;
            int[] largest = [.. Enumerable.Range(0, x.Columns).OrderByDescending(c => from[row, c]).Take(top)];
            var sum = T.Zero;
            foreach (var c in largest)
            {
                sum += T.Exp(from[r, c] - from[r, largest[0]]);
            }

            for (var c = 0; c < x.Columns; c++)
            {
                to[r, c] = Array.IndexOf(largest, c) >= 0 ? T.Exp(from[r, c] - from[r, largest[0]]) / sum : T.Zero;
            }
        }
    }

    /// <inheritdoc/>
    public void SoftmaxSlope(Matrix y, Matrix d, Matrix z, float beta = 0)
    {
        Shapes.SoftmaxSlope(y, d, z);
        var (at, from, to) = (Of(y), Of(d), Of(z));
        for (var r = 0; r < y.Rows; r++)
        {
            var mean = T.Zero;
            for (var c = 0; c < y.Columns; c++)
            {
                mean += at[r, c] * from[r, c];
            }

            for (var c = 0; c < y.Columns; c++)
            {
                Put(ref to[r, c], at[r, c] * (from[r, c] - mean), Number(beta));
            }
        }
    }
}
