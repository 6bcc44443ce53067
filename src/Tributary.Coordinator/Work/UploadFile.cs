using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Tributary.Numerics;

namespace Tributary.Coordinator.Work;

/// <summary>
/// An answer on its way in: pieces in order, on disk as they come, so that an interrupted transfer goes on where it stopped. What has arrived is hashed as it arrives, and
/// once more only when another process or request goes on with it.
/// </summary>
/// <param name="path">The file of what has arrived.</param>
public sealed class UploadFile(string path)
{
    private const int Piece = 1 << 20;

    /// <summary>How much has arrived.</summary>
    public long Length => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>Takes a piece.</summary>
    /// <param name="body">The piece.</param>
    /// <param name="start">Where it begins; what has arrived from there on is forgotten.</param>
    /// <param name="end">Where it must end.</param>
    /// <param name="cancellation">The sender is gone; what came until then stays.</param>
    /// <returns>SHA-256 of all that has arrived, in lower-case hex.</returns>
    /// <exception cref="InputException">It does not begin where the last one ended, or is longer or shorter than it said.</exception>
    /// <exception cref="RunException">The disk is full or not writable.</exception>
    public async Task<string> AppendAsync(PipeReader body, long start, long end, CancellationToken cancellation)
    {
        if (start > Length)
        {
            throw new InputException($"the piece begins at byte {start}, but only {Length} have arrived; go on from there");
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            stream.SetLength(start);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await HashAsync(stream, hash, cancellation).ConfigureAwait(false);
            await TakeAsync(body, stream, hash, end, cancellation).ConfigureAwait(false);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new RunException($"cannot store an upload: {error.Message}", error);
        }
    }

    /// <summary>Forgets what has arrived.</summary>
    public void Delete() => File.Delete(path);

    private static async Task HashAsync(FileStream stream, IncrementalHash hash, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (var read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false); read > 0; read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false))
            {
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task TakeAsync(PipeReader body, FileStream stream, IncrementalHash hash, long end, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellation).ConfigureAwait(false);
            foreach (var piece in read.Buffer)
            {
                if (stream.Position + piece.Length > end)
                {
                    throw new InputException($"the piece goes beyond byte {end}, where it said it would end");
                }

                hash.AppendData(piece.Span);
                await stream.WriteAsync(piece, cancellation).ConfigureAwait(false);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (stream.Position != end)
        {
            throw new InputException($"the piece ends at byte {stream.Position}, but said {end}; send the rest");
        }
    }
}
