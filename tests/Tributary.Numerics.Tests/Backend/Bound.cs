namespace Tributary.Numerics.Tests.Backend;

/// <summary>Operands placed on a backend, and the range of rows that an operation works on.</summary>
internal sealed class Bound(IBackend backend, Operand[] operands)
{
    private readonly Matrix[] matrices = Array.ConvertAll(operands, x => x.Place(backend));

    public int Start { get; set; }

    public int Count { get; set; }

    /// <summary>The operand's rows of the range.</summary>
    public Matrix Rows(Operand operand) => Whole(operand).RowRange(Start, Count);

    /// <summary>The operand's columns of the range: a number for each row.</summary>
    public Matrix Across(Operand operand) => Whole(operand).ColumnRange(Start, Count);

    /// <summary>All of an operand that is shared by the rows.</summary>
    public Matrix Whole(Operand operand) => matrices[Array.FindIndex(operands, x => ReferenceEquals(x, operand))];

    /// <summary>The entries of the range.</summary>
    public ReadOnlySpan<T> Rows<T>(T[] entries) => entries.AsSpan(Start, Count);

    public float[][] Read() => Array.ConvertAll(matrices, x => Operand.Read(backend, x));

    public void Free() => Array.ForEach(matrices, x => x.Buffer.Dispose());
}
