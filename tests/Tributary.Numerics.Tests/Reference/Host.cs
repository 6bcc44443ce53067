using Tributary.Numerics.Random;
using Tributary.Numerics.Reference;

namespace Tributary.Numerics.Tests.Reference;

/// <summary>Matrices of a double reference backend made from and read into arrays.</summary>
internal sealed class Host
{
    public ReferenceBackend<double> Backend { get; } = new();

    public static double[] Normals(ulong tensor, int count)
    {
        var values = new double[count];
        new Philox(7).FillNormal(tensor, values);
        return values;
    }

    public Matrix Up(double[] values, int rows)
    {
        var matrix = Zeros(rows, values.Length / rows);
        Backend.Upload(values, matrix);
        return matrix;
    }

    public Matrix Zeros(int rows, int columns) => Backend.Allocate(rows * columns).AsMatrix(rows, columns);

    public double[] Down(Matrix matrix)
    {
        var values = new double[matrix.Count];
        Backend.Read(matrix, values);
        return values;
    }
}
