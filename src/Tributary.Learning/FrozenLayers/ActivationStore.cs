using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.FrozenLayers;

/// <summary>
/// What the frozen lower blocks of one model gave for the sequences seen so far, as hidden rows in single precision, so that it is computed once and reused bit by bit:
/// by every learner, step and measurement. Device memory is filled first, up to a limit; what comes later goes to a scratch file. A sequence that finds no room is computed
/// anew each time. Any number of threads may use it.
/// </summary>
public sealed class ActivationStore : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<SequenceKey, Place> places = [];
    private readonly string scratch;
    private readonly long memoryLimit;
    private long diskLimit;
    private ScratchFile? file;

    /// <summary>An empty store for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scratch">Path of the scratch file; made when it is needed, and never left behind.</param>
    /// <param name="limits">How much it may hold.</param>
    public ActivationStore(LanguageModel model, string scratch, ActivationLimits limits) =>
        (Model, this.scratch, memoryLimit, diskLimit) = (model, scratch, limits.MemoryBytes, limits.DiskBytes);

    /// <summary>The model whose blocks they are.</summary>
    public LanguageModel Model { get; }

    /// <summary>Device memory in use.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Bytes of the scratch file in use.</summary>
    public long DiskBytes { get; private set; }

    /// <summary>Bytes that so many tokens of a model take.</summary>
    public static long BytesOf(LanguageModel model, long tokens) => tokens * model.Shape.Width * sizeof(float);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var place in places.Values)
        {
            place.Buffer?.Dispose();
        }

        places.Clear();
        file?.Dispose();
    }

    /// <summary>Copies the rows of a sequence when they are here.</summary>
    /// <param name="key">The sequence.</param>
    /// <param name="rows">Where they go, [tokens, width].</param>
    /// <param name="room">Host memory for a piece of rows, of one row at least.</param>
    /// <exception cref="RunException">The disk fails.</exception>
    internal bool TryRead(SequenceKey key, Matrix rows, Span<float> room)
    {
        Place place;
        lock (gate)
        {
            if (!places.TryGetValue(key, out place) || !place.IsWritten)
            {
                return false;
            }
        }

        if (place.Buffer is { } buffer)
        {
            Model.Backend.AddScaled(buffer.AsMatrix(rows.Rows, rows.Columns), rows, 1, 0);
            return true;
        }

        for (var start = 0; start < rows.Rows;)
        {
            var piece = Piece(rows, start, room);
            var numbers = room[..(int)piece.Count];
            file!.Read(numbers, place.Offset + BytesOf(Model, start));
            Model.Backend.Upload(numbers, piece);
            start += piece.Rows;
        }

        return true;
    }

    /// <summary>Keeps the rows of a sequence if there is room.</summary>
    internal void Add(SequenceKey key, Matrix rows, Span<float> room)
    {
        if (Reserve(key, rows.Count * sizeof(float)) is { } place && Write(place, rows, room) is { } written)
        {
            lock (gate)
            {
                places[key] = written;
            }
        }
    }

    // A place is promised once: what two threads compute at the same time is kept by one of them.
    private Place? Reserve(SequenceKey key, long bytes)
    {
        lock (gate)
        {
            if (places.ContainsKey(key))
            {
                return null;
            }

            if (MemoryBytes + bytes <= memoryLimit)
            {
                MemoryBytes += bytes;
                return places[key] = new Place(null, -1, false);
            }

            if (DiskBytes + bytes > diskLimit || DiskBytes + bytes > OpenedLimit())
            {
                return null;
            }

            DiskBytes += bytes;
            return places[key] = new Place(null, DiskBytes - bytes, false);
        }
    }

    private Place? Write(Place place, Matrix rows, Span<float> room)
    {
        if (place.Offset < 0)
        {
            var buffer = Model.Backend.Allocate(rows.Count);
            Model.Backend.AddScaled(rows, buffer.AsMatrix(rows.Rows, rows.Columns), 1, 0);
            return new Place(buffer, -1, true);
        }

        try
        {
            for (var start = 0; start < rows.Rows;)
            {
                var piece = Piece(rows, start, room);
                var numbers = room[..(int)piece.Count];
                Model.Backend.Read(piece, numbers);
                file!.Write(numbers, place.Offset + BytesOf(Model, start));
                start += piece.Rows;
            }

            return place with { IsWritten = true };
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            lock (gate)
            {
                diskLimit = 0;
            }

            return null;
        }
    }

    private long OpenedLimit()
    {
        try
        {
            if (file is null)
            {
                file = new ScratchFile(scratch);
                diskLimit = Math.Min(diskLimit, ActivationLimits.ShareOf(file.Free));
            }
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            diskLimit = 0;
        }

        return diskLimit;
    }

    private static Matrix Piece(Matrix rows, int start, Span<float> room) => rows.RowRange(start, Math.Min(rows.Rows - start, room.Length / rows.Columns));

    /// <summary>Where rows are: in a buffer of their own, or from a byte of the file on.</summary>
    private readonly record struct Place(DeviceBuffer? Buffer, long Offset, bool IsWritten);
}
