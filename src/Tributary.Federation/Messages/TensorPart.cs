using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>How a message says which part of a tensor it holds.</summary>
public enum PartKind
{
    /// <summary>The first of an axis: the stored shape says it all.</summary>
    Leading,

    /// <summary>Rows, or equal stretches of rows, by a bitmap.</summary>
    Rows,

    /// <summary>Columns, by a bitmap.</summary>
    Columns,

    /// <summary>Single entries, by a bitmap or by their numbers, whichever is shorter.</summary>
    Entries,

    /// <summary>Single entries that both ends know: nothing in the message says so.</summary>
    Agreed,
}

/// <summary>Which part of a tensor a message holds. Its elements are stored in the order they have in the whole tensor, so that a stretch of one is a stretch of the other.</summary>
public sealed class TensorPart
{
    private readonly int slots;
    private readonly int inner;

    // The whole is outer × slots × inner, as its view says; the marked slots are held.
    private TensorPart(PartKind kind, int[] shape, int[] view, int axis, Marks marks)
    {
        (Kind, Shape, Marks) = (kind, shape, marks);
        slots = marks.Length;
        inner = HostTensor.Count(view.AsSpan(axis + 1));
        Length = HostTensor.Count(view.AsSpan(0, axis)) * slots * inner;
        StoredShape = [.. view[..axis], marks.Count, .. view[(axis + 1)..]];
    }

    /// <summary>How the message says it.</summary>
    public PartKind Kind { get; }

    /// <summary>Shape of the whole tensor.</summary>
    public int[] Shape { get; }

    /// <summary>Elements of the whole tensor.</summary>
    public int Length { get; }

    /// <summary>Shape of what is stored.</summary>
    public int[] StoredShape { get; }

    /// <summary>The ranks, rows, columns or entries that are held.</summary>
    public Marks Marks { get; }

    /// <summary>The first <paramref name="count"/> of an axis.</summary>
    public static TensorPart Leading(int[] shape, int axis, int count) => new(PartKind.Leading, shape, shape, axis, Marks.First(shape[axis], count));

    /// <summary>Marked rows. With several marks for each row: as many equal stretches of it, those of the first row first.</summary>
    public static TensorPart Rows(int[] shape, Marks rows) =>
        new(PartKind.Rows, shape, rows.Length == shape[0] ? shape : [rows.Length, HostTensor.Count(shape) / rows.Length], 0, rows);

    /// <summary>Marked columns of a matrix.</summary>
    public static TensorPart Columns(int[] shape, Marks columns) => new(PartKind.Columns, shape, shape, 1, columns);

    /// <summary>Marked entries, numbered row after row.</summary>
    public static TensorPart Entries(int[] shape, Marks entries) => new(PartKind.Entries, shape, entries);

    /// <summary>The same entries for both ends, which need not be told.</summary>
    public static TensorPart Agreed(int[] shape, Marks entries) => new(PartKind.Agreed, shape, entries);

    private TensorPart(PartKind kind, int[] shape, Marks entries)
    {
        (Kind, Shape, Marks, slots, inner, Length, StoredShape) = (kind, shape, entries, entries.Length, 1, entries.Length, [entries.Count]);
    }

    /// <summary>How many of the elements in front of this one are held.</summary>
    public int CountBefore(int element)
    {
        if (Length == 0)
        {
            return 0;
        }

        var (outer, rest) = Math.DivRem(element, slots * inner);
        var (slot, offset) = Math.DivRem(rest, inner);
        return (((outer * Marks.Count) + Marks.CountBefore(slot)) * inner) + (Marks.Contains(slot) ? offset : 0);
    }

    /// <summary>Puts the stored elements of the stretch that begins at <paramref name="start"/> in their places; the others are zero and not held.</summary>
    public void Spread(int start, ReadOnlySpan<float> stored, Span<float> values, Span<bool> held)
    {
        var (slot, offset) = Math.DivRem(start % (slots * inner), inner);
        for (int at = 0, taken = 0; at < values.Length; offset = 0, slot = (slot + 1) % slots)
        {
            var run = Math.Min(inner - offset, values.Length - at);
            var isHeld = Marks.Contains(slot);
            held.Slice(at, run).Fill(isHeld);
            if (isHeld)
            {
                stored.Slice(taken, run).CopyTo(values[at..]);
                taken += run;
            }
            else
            {
                values.Slice(at, run).Clear();
            }

            at += run;
        }
    }

    /// <summary>What is stored of a whole tensor's values.</summary>
    public float[] Pack(ReadOnlySpan<float> whole)
    {
        var stored = new float[CountBefore(Length)];
        for (int at = 0, slot = 0, put = 0; at < whole.Length; at += inner, slot = (slot + 1) % slots)
        {
            if (Marks.Contains(slot))
            {
                whole.Slice(at, inner).CopyTo(stored.AsSpan(put));
                put += inner;
            }
        }

        return stored;
    }

    /// <summary>The held values of a whole tensor, and those of another where they are not held.</summary>
    public float[] Over(ReadOnlySpan<float> whole, ReadOnlySpan<float> others)
    {
        var (values, held) = (new float[Length], new bool[Length]);
        Spread(0, Pack(whole), values, held);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = held[i] ? values[i] : others[i];
        }

        return values;
    }

    /// <summary>The whole tensor's values; those that are not held are zero.</summary>
    public float[] Unpack(ReadOnlySpan<float> stored)
    {
        var values = new float[Length];
        Spread(0, stored, values, new bool[Length]);
        return values;
    }
}
