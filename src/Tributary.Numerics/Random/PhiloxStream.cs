using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Numerics.Random;

/// <summary>
/// A name in the tree of random streams of one seed, for example <c>PhiloxStream.Root(seed).Child("round").Child(3).Child("client-07")</c>. A stream depends
/// on its path alone, so that adding a consumer changes no other. Streams of different paths have independent keys.
/// </summary>
public readonly record struct PhiloxStream(ulong Key)
{
    private const uint SeedRoot = 0;
    private const uint NamedChild = 1;
    private const uint NumberedChild = 2;

    /// <summary>The generator that addresses this stream's numbers by (tensor, element).</summary>
    public Philox Generator => new(Key);

    /// <summary>The root of a seed.</summary>
    public static PhiloxStream Root(long seed) => Derive(0, (ulong)seed, SeedRoot);

    /// <summary>The stream below this one with a name.</summary>
    public PhiloxStream Child(string name) => Derive(Key, Hash(name), NamedChild);

    /// <summary>The stream below this one with a number, for example a round; distinct from every named one.</summary>
    public PhiloxStream Child(long number) => Derive(Key, (ulong)number, NumberedChild);

    /// <summary>A reader of this stream's numbers in order, from the beginning.</summary>
    public PhiloxSequence Sequence() => new(Generator);

    /// <summary>A stable 64-bit hash of a text: the first eight bytes of SHA-256 of its UTF-8, little-endian.</summary>
    public static ulong Hash(string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    // The last two counter words keep keys apart from the numbers of tensors, which never reach the upper end.
    private static PhiloxStream Derive(ulong key, ulong number, uint kind)
    {
        var block = new Philox(key).Block((uint)number, (uint)(number >> 32), kind, uint.MaxValue);
        return new(block.Word0 | ((ulong)block.Word1 << 32));
    }
}
