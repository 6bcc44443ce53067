using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Products of matrices of a few columns with one number for each row.</summary>
internal static class RowProducts
{
    /// <summary>sums[:, column] = alpha · row by row ⟨x, z⟩ + beta · sums[:, column].</summary>
    public static void Dot(Tape tape, Matrix x, Matrix z, Matrix sums, int column, float alpha = 1, float beta = 0)
    {
        var (products, ones) = (tape.Arena.Rent(x.Rows, x.Columns), Ones(tape, x.Columns));
        tape.Backend.MultiplyElements(x, z, products);
        tape.Backend.Gemm(products, false, ones, true, sums.ColumnRange(column, 1), alpha, beta);
        tape.Arena.Return(ones);
        tape.Arena.Return(products);
    }

    /// <summary>y = alpha · x with every row times its number in factors[:, column] + beta · y.</summary>
    public static void Scale(Tape tape, Matrix x, Matrix factors, int column, Matrix y, float alpha = 1, float beta = 0)
    {
        var (wide, ones) = (tape.Arena.Rent(x.Rows, x.Columns), Ones(tape, x.Columns));
        tape.Backend.Gemm(factors.ColumnRange(column, 1), false, ones, false, wide);
        tape.Backend.MultiplyElements(x, wide, y, alpha, beta);
        tape.Arena.Return(ones);
        tape.Arena.Return(wide);
    }

    private static Matrix Ones(Tape tape, int count)
    {
        var ones = tape.Arena.Rent(1, count);
        tape.Backend.Fill(ones, 1);
        return ones;
    }
}
