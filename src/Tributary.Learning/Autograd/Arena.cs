using Tributary.Numerics;

namespace Tributary.Learning.Autograd;

/// <summary>
/// Device memory borrowed step after step: first-fit over one slab with coalescing. While the need still grows there may be several slabs; an empty arena joins them into one.
/// Allocates no managed memory once the need is known.
/// </summary>
public sealed class Arena(IBackend backend) : IDisposable
{
    private const long Alignment = 16;
    private const long FirstSlab = 1 << 16;

    private readonly List<Slab> slabs = [];
    private long used;

    /// <summary>Elements of device memory held.</summary>
    public long Capacity => slabs.Sum(s => s.Buffer.Length);

    /// <summary>Elements in use.</summary>
    public long Used => used;

    /// <summary>Most elements that were in use at once. Memory beyond them was never touched, and takes none of the machine's where the backend's memory is the system's.</summary>
    public long Peak { get; private set; }

    /// <summary>A contiguous matrix with unspecified content.</summary>
    public Matrix Rent(int rows, int columns)
    {
        var length = Rounded((long)rows * columns);
        used += length;
        Peak = Math.Max(Peak, used);
        foreach (var slab in slabs)
        {
            var offset = slab.Take(length);
            if (offset >= 0)
            {
                return new Matrix(slab.Buffer, offset, rows, columns, columns);
            }
        }

        var added = new Slab(backend.Allocate(Math.Max(length, Math.Max(FirstSlab, Capacity / 2))));
        slabs.Add(added);
        return new Matrix(added.Buffer, added.Take(length), rows, columns, columns);
    }

    /// <summary>Gives a rented matrix back.</summary>
    public void Return(Matrix matrix)
    {
        var length = Rounded(matrix.Count);
        used -= length;
        foreach (var slab in slabs)
        {
            if (ReferenceEquals(slab.Buffer, matrix.Buffer))
            {
                slab.Give(matrix.Offset, length);
                return;
            }
        }

        throw new ArgumentException("the matrix was not rented here");
    }

    /// <summary>Takes everything back; what was rented must no longer be used.</summary>
    public void Reset()
    {
        used = 0;
        if (slabs.Count > 1)
        {
            var capacity = Capacity;
            Dispose();
            slabs.Add(new Slab(backend.Allocate(capacity)));
            return;
        }

        foreach (var slab in slabs)
        {
            slab.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slab in slabs)
        {
            slab.Buffer.Dispose();
        }

        slabs.Clear();
    }

    private static long Rounded(long count) => Math.Max(Alignment, (count + Alignment - 1) / Alignment * Alignment);

    /// <summary>One buffer with its free ranges in order of offset.</summary>
    private sealed class Slab
    {
        private readonly List<(long Offset, long Length)> free = [];

        public Slab(DeviceBuffer buffer)
        {
            Buffer = buffer;
            Clear();
        }

        public DeviceBuffer Buffer { get; }

        public void Clear()
        {
            free.Clear();
            free.Add((0, Buffer.Length));
        }

        public long Take(long length)
        {
            for (var i = 0; i < free.Count; i++)
            {
                var (offset, available) = free[i];
                if (available < length)
                {
                    continue;
                }

                if (available == length)
                {
                    free.RemoveAt(i);
                }
                else
                {
                    free[i] = (offset + length, available - length);
                }

                return offset;
            }

            return -1;
        }

        public void Give(long offset, long length)
        {
            var at = 0;
            while (at < free.Count && free[at].Offset < offset)
            {
                at++;
            }

            var joinsNext = at < free.Count && offset + length == free[at].Offset;
            var joinsPrevious = at > 0 && free[at - 1].Offset + free[at - 1].Length == offset;
            if (joinsPrevious && joinsNext)
            {
                free[at - 1] = (free[at - 1].Offset, free[at - 1].Length + length + free[at].Length);
                free.RemoveAt(at);
            }
            else if (joinsPrevious)
            {
                free[at - 1] = (free[at - 1].Offset, free[at - 1].Length + length);
            }
            else if (joinsNext)
            {
                free[at] = (offset, length + free[at].Length);
            }
            else
            {
                free.Insert(at, (offset, length));
            }
        }
    }
}
