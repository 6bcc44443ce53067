using Tributary.Numerics.Random;

namespace Tributary.Numerics.Reference;

/// <content>Row-wise moves and sums.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Fill(Matrix x, float value)
    {
        Shapes.Valid(x);
        var view = Of(x);
        ForEach(x, (r, c) => view[r, c] = Number(value));
    }

    /// <inheritdoc/>
    public void AddScaled(Matrix x, Matrix y, float alpha = 1, float beta = 1)
    {
        Shapes.AddScaled(x, y);
        var (from, to) = (Of(x), Of(y));
        ForEach(x, (r, c) => Put(ref to[r, c], Number(alpha) * from[r, c], Number(beta)));
    }

    /// <inheritdoc/>
    public void AddRow(Matrix row, Matrix y)
    {
        Shapes.AddRow(row, y);
        var (from, to) = (Of(row), Of(y));
        ForEach(y, (r, c) => to[r, c] += from[0, c]);
    }

    /// <inheritdoc/>
    public void SumRows(Matrix x, Matrix sum)
    {
        Shapes.SumRows(x, sum);
        var (from, to) = (Of(x), Of(sum));
        ForEach(x, (r, c) => to[0, c] += from[r, c]);
    }

    /// <inheritdoc/>
    public void MultiplyElements(Matrix x, Matrix z, Matrix y, float alpha = 1, float beta = 0)
    {
        Shapes.MultiplyElements(x, z, y);
        var (left, right, to) = (Of(x), Of(z), Of(y));
        ForEach(x, (r, c) => Put(ref to[r, c], Number(alpha) * left[r, c] * right[r, c], Number(beta)));
    }

    /// <inheritdoc/>
    public void MultiplyRow(Matrix x, Matrix row, Matrix y, float alpha = 1, float beta = 0)
    {
        Shapes.MultiplyRow(x, row, y);
        var (left, right, to) = (Of(x), Of(row), Of(y));
        ForEach(x, (r, c) => Put(ref to[r, c], Number(alpha) * left[r, c] * right[0, c], Number(beta)));
    }

    /// <inheritdoc/>
    public void SumRowProducts(Matrix x, Matrix z, Matrix sum)
    {
        Shapes.SumRowProducts(x, z, sum);
        var (left, right, to) = (Of(x), Of(z), Of(sum));
        ForEach(x, (r, c) => to[0, c] += left[r, c] * right[r, c]);
    }

    /// <inheritdoc/>
    public void Gather(Matrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0)
    {
        Shapes.Gather(table, ids, y);
        var (from, to) = (Of(table), Of(y));
        for (var r = 0; r < y.Rows; r++)
        {
            for (var c = 0; c < y.Columns; c++)
            {
                Put(ref to[r, c], from[ids[r], c], Number(beta));
            }
        }
    }

    /// <inheritdoc/>
    public void Gather(FrozenMatrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0)
    {
        Shapes.Gather(table, ids, y);
        var (from, to) = (Of(table), Of(y));
        for (var r = 0; r < y.Rows; r++)
        {
            for (var c = 0; c < y.Columns; c++)
            {
                Put(ref to[r, c], from[ids[r], c], Number(beta));
            }
        }
    }

    /// <inheritdoc/>
    public void ScatterAdd(Matrix x, ReadOnlySpan<int> ids, Matrix table, int skip = -1, float scale = 1)
    {
        Shapes.ScatterAdd(x, ids, table, skip);
        var (from, to) = (Of(x), Of(table));
        for (var r = 0; r < x.Rows; r++)
        {
            for (var c = 0; c < x.Columns && ids[r] != skip; c++)
            {
                to[ids[r], c] += Number(scale) * from[r, c];
            }
        }
    }

    /// <inheritdoc/>
    public void Dropout(Matrix x, float p, ulong key, ReadOnlySpan<long> rowKeys, Matrix y, float beta = 0)
    {
        Shapes.Dropout(x, p, rowKeys, y);
        var (from, to, random) = (Of(x), Of(y), new Philox(key));
        var scale = T.One / (T.One - Number(p));
        for (var r = 0; r < x.Rows; r++)
        {
            for (var c = 0; c < x.Columns; c++)
            {
                var kept = random.Uniform((ulong)rowKeys[r], (ulong)c) >= p;
                Put(ref to[r, c], kept ? scale * from[r, c] : T.Zero, Number(beta));
            }
        }
    }

    private static void ForEach(Matrix x, Action<int, int> element)
    {
        for (var r = 0; r < x.Rows; r++)
        {
            for (var c = 0; c < x.Columns; c++)
            {
                element(r, c);
            }
        }
    }
}
