namespace Tributary.Numerics.Cpu.Memory;

/// <summary>
/// Working memory of one thread, reused from call to call: <c>using var scratch = Scratch.Open(); var row = scratch.Take(n);</c>.
/// What was taken is given back when the frame is disposed; frames nest. Contents are undefined.
/// </summary>
internal sealed unsafe class Scratch
{
    private const int Granule = 64 / sizeof(float);
    private const long SmallestBlock = 64 << 10;

    [ThreadStatic]
    private static Scratch? local;

    private readonly List<(nint Data, long Length)> blocks = [];
    private int block;
    private long used;

    /// <summary>Frees the blocks after the thread has gone.</summary>
    ~Scratch()
    {
        foreach (var (data, length) in blocks)
        {
            AlignedMemory.Free((void*)data, length * sizeof(float));
        }
    }

    /// <summary>Opens a frame on the calling thread.</summary>
    public static Frame Open() => new(local ??= new Scratch());

    private float* Take(long count)
    {
        count = (count + Granule - 1) / Granule * Granule;
        while (block < blocks.Count && used + count > blocks[block].Length)
        {
            block++;
            used = 0;
        }

        if (block == blocks.Count)
        {
            var length = Math.Max(count, blocks.Count == 0 ? SmallestBlock : blocks[^1].Length * 2);
            blocks.Add(((nint)AlignedMemory.Allocate(length * sizeof(float)), length));
        }

        var start = (float*)blocks[block].Data + used;
        used += count;
        return start;
    }

    /// <summary>What one call has taken from the thread's scratch.</summary>
    public readonly ref struct Frame
    {
        private readonly Scratch owner;
        private readonly int block;
        private readonly long used;

        internal Frame(Scratch owner) => (this.owner, block, used) = (owner, owner.block, owner.used);

        /// <summary>Takes <paramref name="count"/> floats, 64-byte aligned, contents undefined.</summary>
        public float* Take(long count) => owner.Take(count);

        /// <summary>Gives everything back.</summary>
        public void Dispose() => (owner.block, owner.used) = (block, used);
    }
}
