using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.Backend;

/// <summary>
/// A matrix of an operation under test, by value. It is placed with <see cref="Gap"/> foreign elements before it and after every row, which no kernel may touch.
/// </summary>
internal sealed record Operand(int Rows, int Columns, float[] Values, int Gap)
{
    public const float Foreign = 7.25f;

    /// <summary>Normal numbers of this standard deviation.</summary>
    public static Operand Normal(ulong seed, int rows, int columns, float deviation = 1, int gap = 0)
    {
        var values = new float[rows * columns];
        new Philox(11).FillNormal(seed, values);
        return new(rows, columns, Array.ConvertAll(values, x => x * deviation), gap);
    }

    /// <summary>The squares of normal numbers.</summary>
    public static Operand Positive(ulong seed, int rows, int columns, int gap = 0)
    {
        var normal = Normal(seed, rows, columns, 1, gap);
        return normal with { Values = Array.ConvertAll(normal.Values, x => x * x) };
    }

    public Operand With(int index, float value)
    {
        var values = (float[])Values.Clone();
        values[index] = value;
        return this with { Values = values };
    }

    /// <summary>Uploads the matrix into fresh memory.</summary>
    public Matrix Place(IBackend backend)
    {
        var length = Gap + (Rows * (Columns + Gap));
        var buffer = backend.Allocate(length);
        backend.Fill(buffer.AsMatrix(1, length), Foreign);
        var matrix = new Matrix(buffer, Gap, Rows, Columns, Columns + Gap);
        backend.Upload(Values, matrix);
        return matrix;
    }

    /// <summary>Reads the matrix after checking that its surroundings are as they were.</summary>
    public static float[] Read(IBackend backend, Matrix matrix)
    {
        var whole = new float[matrix.Buffer.Length];
        backend.Read(matrix.Buffer.AsMatrix(1, whole.Length), whole);
        var values = new float[matrix.Count];
        var next = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            var inside = i >= matrix.Offset && (i - matrix.Offset) % matrix.Stride < matrix.Columns && next < values.Length;
            if (inside)
            {
                values[next++] = whole[i];
            }
            else if (whole[i] != Foreign)
            {
                Assert.Fail($"element {i} outside the {matrix.Rows}×{matrix.Columns} matrix was written");
            }
        }

        return values;
    }
}
