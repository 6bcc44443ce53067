using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models;

/// <summary>What one pass through a backbone needs: the tape, the client's adapters, the rows, and a cache while generating.</summary>
public sealed class Pass(Tape tape, AdapterSet adapters, TokenRows rows)
{
    /// <summary>Where operations are recorded.</summary>
    public Tape Tape { get; } = tape;

    /// <summary>What the client changes.</summary>
    public AdapterSet Adapters { get; } = adapters;

    /// <summary>The batch.</summary>
    public TokenRows Rows { get; } = rows;

    /// <summary>Keys and values of earlier positions; null while training.</summary>
    public KeyValueCache? Cache { get; init; }

    /// <summary>Addresses this step's dropout masks.</summary>
    public ulong DropoutKey { get; init; }
}
