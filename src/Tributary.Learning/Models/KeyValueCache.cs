using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Keys and values of one sequence's earlier positions, block by block.</summary>
public sealed class KeyValueCache(IBackend backend, int layers, int width, int capacity) : IDisposable
{
    private readonly DeviceBuffer keys = backend.Allocate((long)layers * capacity * width);
    private readonly DeviceBuffer values = backend.Allocate((long)layers * capacity * width);

    private int appended;

    /// <summary>For an encoder–decoder model: keys and values of the text to be answered, made once.</summary>
    public KeyValueCache? Source { get; init; }

    /// <summary>Positions held.</summary>
    public int Length { get; private set; }

    /// <summary>Positions that fit.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Appends a block's new keys and values behind those held and returns all of them.</summary>
    internal (Matrix Keys, Matrix Values) Append(int layer, Columns k, Columns v)
    {
        var added = k.Var.Value.Rows;
        appended = added;
        if (Length + added > Capacity)
        {
            throw new InputException($"the sequence grows beyond the {Capacity} positions of the model");
        }

        backend.AddScaled(k.Value, Window(keys, layer).RowRange(Length, added), 1, 0);
        backend.AddScaled(v.Value, Window(values, layer).RowRange(Length, added), 1, 0);
        return First(layer, Length + added);
    }

    /// <summary>A block's keys and values held.</summary>
    internal (Matrix Keys, Matrix Values) Held(int layer) => First(layer, Length);

    /// <summary>Counts as held what every block has appended for a batch.</summary>
    internal void Advance(TokenRows rows)
    {
        Length += appended;
        if (Source is { Length: 0 } source)
        {
            source.Length = rows.Source?.Count ?? 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        keys.Dispose();
        values.Dispose();
        Source?.Dispose();
    }

    private (Matrix Keys, Matrix Values) First(int layer, int positions) => (Window(keys, layer).RowRange(0, positions), Window(values, layer).RowRange(0, positions));

    private Matrix Window(DeviceBuffer buffer, int layer) => new(buffer, (long)layer * Capacity * width, Capacity, width, width);
}
