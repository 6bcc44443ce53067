namespace Tributary.Learning.Tensors;

/// <summary>
/// 64-bit FNV-1a with a final mix: the same on every machine and in every run. It addresses tensors inside a stream (initial values, dropout masks);
/// <see cref="Numerics.Random.PhiloxStream.Hash"/>, the head of a SHA-256, names the streams themselves. Both are in the bits of every result: neither can replace the other.
/// </summary>
public static class StableHash
{
    /// <summary>Hash of the UTF-16 text.</summary>
    public static ulong Of(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 1099511628211UL);
        }

        return unchecked((hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15UL);
    }
}
