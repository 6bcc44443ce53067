using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>How large a row may be: finding the tokens of one text takes memory many times its length, so a file without line ends is refused before it is decoded.</summary>
internal static class RowSize
{
    /// <summary>Bytes of UTF-8 that one row may have.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>Refuses a row that is too long.</summary>
    /// <exception cref="InputException">It is.</exception>
    public static void Require(int bytes, string path, int line)
    {
        if (bytes > MostBytes)
        {
            throw new InputException($"{path} line {line}: a row of {bytes} bytes, at most {MostBytes} are allowed; divide it");
        }
    }
}
