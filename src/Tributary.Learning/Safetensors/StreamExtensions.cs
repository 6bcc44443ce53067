using System.Runtime.InteropServices;

namespace Tributary.Learning.Safetensors;

/// <summary>Raw numbers to a stream. Every machine .NET runs on here is little-endian, as the format is.</summary>
internal static class StreamExtensions
{
    private const int ChunkElements = 1 << 20; // keeps the byte view of a long span inside 31 bits

    public static void WriteLittleEndian<T>(this Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        for (var done = 0; done < values.Length; done += ChunkElements)
        {
            stream.Write(MemoryMarshal.AsBytes(values.Slice(done, Math.Min(ChunkElements, values.Length - done))));
        }
    }
}
