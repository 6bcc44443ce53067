using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Tributary.Numerics;

/// <summary>
/// The shape checks that every backend makes before an operation; one method per operation of <see cref="IBackend"/>, with its parameter names.
/// Nothing is allocated unless a check fails, and then an <see cref="ArgumentException"/> names the argument, its shape and the one wanted.
/// </summary>
internal static partial class Shapes
{
    /// <summary>The matrix exists and lies inside its buffer.</summary>
    public static void Valid(Matrix x, [CallerArgumentExpression(nameof(x))] string name = "")
    {
        if (x.IsEmpty)
        {
            throw new ArgumentException($"{name} is missing", name);
        }

        var end = x.Rows <= 0 ? x.Offset : x.Offset + ((long)(x.Rows - 1) * x.Stride) + x.Columns;
        if (x.Offset < 0 || x.Rows < 0 || x.Columns < 0 || (x.Rows > 1 && x.Stride < x.Columns) || end > x.Buffer.Length)
        {
            throw new ArgumentException(
                $"{name} of {x.Rows}×{x.Columns} at {x.Offset} with stride {x.Stride} does not lie inside its buffer of {x.Buffer.Length} elements", name);
        }
    }

    /// <summary>The matrix exists and has this shape.</summary>
    public static void Is(Matrix x, int rows, int columns, [CallerArgumentExpression(nameof(x))] string name = "")
    {
        Valid(x, name);
        if (x.Rows != rows || x.Columns != columns)
        {
            throw new ArgumentException($"{name} is {x.Rows}×{x.Columns}, expected {rows}×{columns}", name);
        }
    }

    /// <summary>The matrix has this shape or is empty.</summary>
    public static void IsOrEmpty(Matrix x, int rows, int columns, [CallerArgumentExpression(nameof(x))] string name = "")
    {
        if (!x.IsEmpty)
        {
            Is(x, rows, columns, name);
        }
    }

    /// <summary>The matrix has the shape of <paramref name="model"/>, which is checked elsewhere.</summary>
    public static void Same(Matrix x, Matrix model, [CallerArgumentExpression(nameof(x))] string name = "") => Is(x, model.Rows, model.Columns, name);

    /// <summary>A host span holds as many values as the matrix.</summary>
    public static void Host(Matrix x, int hostLength, [CallerArgumentExpression(nameof(x))] string name = "")
    {
        Valid(x, name);
        if (x.Count != hostLength)
        {
            throw new ArgumentException($"{name} is {x.Rows}×{x.Columns}, but the host span has {hostLength} elements", name);
        }
    }

    /// <summary>A weight to freeze: its sizes mean something.</summary>
    public static void Freeze(int outputs, int inputs)
    {
        if (outputs < 0 || inputs < 0)
        {
            throw new ArgumentException($"a weight cannot have {outputs} outputs and {inputs} inputs");
        }
    }

    /// <summary>A weight to freeze: sizes and length of the source agree.</summary>
    public static void Freeze(int sourceLength, int outputs, int inputs)
    {
        if (outputs < 0 || inputs < 0 || (long)outputs * inputs != sourceLength)
        {
            throw new ArgumentException($"a weight of {outputs} outputs and {inputs} inputs cannot have {sourceLength} elements");
        }
    }

    /// <summary>A list with one entry for each row.</summary>
    private static void PerRow(int count, int rows, string name)
    {
        if (count != rows)
        {
            throw new ArgumentException($"{name} has {count} entries for {rows} rows", name);
        }
    }

    /// <summary>Every number lies in [0, limit), except those equal to <paramref name="skip"/>.</summary>
    private static void Below(ReadOnlySpan<int> values, int limit, string name, int skip = -1, bool maySkip = false)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if ((uint)values[i] >= (uint)limit && !(maySkip && values[i] == skip))
            {
                OutOfRange(values[i], i, limit, name);
            }
        }
    }

    [DoesNotReturn]
    private static void OutOfRange(int value, int index, int limit, string name) =>
        throw new ArgumentException($"{name}[{index}] is {value}, outside [0, {limit})", name);
}
