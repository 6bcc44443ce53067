using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Tributary.Numerics.OneDnn;

/// <summary>
/// The tiles of bfloat16 products that oneDNN computes, where it is installed. Element (r, c) is one chain of multiply-adds in single precision, in which of each pair of
/// depths the odd one comes first: whatever the number of rows and columns. That is tried when the library is loaded, and a library that does otherwise is not used.
/// </summary>
internal sealed unsafe class PairTiles
{
    /// <summary>Depths of a tile are multiples of this.</summary>
    public const int DepthStep = 32;

    /// <summary>Depth up to which a tile is one chain; oneDNN 2.6 begins a second one after 512.</summary>
    public const int LargestDepth = 384;

    /// <summary>Rows of the highest tile.</summary>
    public const int LargestRows = 256;

    private const int ExactRows = 16;
    private static readonly Lazy<PairTiles?> Loaded = new(Load);
    private readonly ConcurrentDictionary<(int Rows, int Columns, int Depth), PairTile> tiles = new();
    private readonly Func<(int Rows, int Columns, int Depth), PairTile> create;

    private PairTiles(nint engine) => create = key => new PairTile(engine, key.Rows, key.Columns, key.Depth);

    /// <summary>The tiles, or null where the library is absent, unknown, or fails the trial.</summary>
    public static PairTiles? Shared => Loaded.Value;

    /// <summary>The highest tile for so many rows: those that are planned are few.</summary>
    public static int RowsFor(int rows) => rows >= LargestRows ? LargestRows : rows < ExactRows ? rows : 1 << int.Log2(rows);

    /// <summary>sums [rows, columns] = a [rows, depth] · b [depth / 2, columns, 2]; rows as <see cref="RowsFor"/> names them.</summary>
    public void Run(int rows, int columns, int depth, ushort* a, ushort* b, float* sums) => tiles.GetOrAdd((rows, columns, depth), create).Run(a, b, sums);

    private static PairTiles? Load()
    {
        if (!NativeLibrary.TryLoad(Functions.Library, typeof(Functions).Assembly, null, out _))
        {
            return null;
        }

        try
        {
            var version = Functions.Version();
            if (version->Major != 2 || version->Minor < 6 || !SingleThread.IsPossible || Functions.CreateEngine(out var engine, Functions.Processor, 0) != 0)
            {
                return null;
            }

            var loaded = new PairTiles(engine);
            return PairTrial.Holds(loaded) ? loaded : null;
        }
        catch (Exception failure) when (failure is EntryPointNotFoundException or RunException)
        {
            return null; // another library of that name, or a processor without these instructions
        }
    }
}
