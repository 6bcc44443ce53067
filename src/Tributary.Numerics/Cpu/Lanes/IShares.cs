using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>How the items of a kernel are cut into parts that follow each other. Implemented by structs, so that running them allocates nothing.</summary>
internal interface IShares
{
    /// <summary>First item of a part; of the part after the last, the number of items.</summary>
    int Begin(int part);
}

/// <summary>Parts of nearly as many items, for items that cost alike.</summary>
internal readonly struct EvenShares(int items, int parts) : IShares
{
    public int Begin(int part) => ThreadTeam.Begin(items, parts, part);
}
