using System.Text;
using System.Text.Unicode;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>Whole text files, checked to be UTF-8 and of a sensible size.</summary>
internal static class Utf8File
{
    /// <summary>Larger files are to be split: one owner's rows are held in memory.</summary>
    public const long MaxBytes = 1L << 30;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The bytes of the file without a byte-order mark.</summary>
    public static ReadOnlyMemory<byte> Read(string path)
    {
        byte[] bytes;
        try
        {
            var length = FileLength.Of(path);
            if (length > MaxBytes)
            {
                throw new InputException($"{path}: {length} bytes are more than the {MaxBytes} a data file may have; split it into several files");
            }

            bytes = length == 0 ? [] : File.ReadAllBytes(path); // a pipe or a device has no length and perhaps no end
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {error.Message}", error);
        }

        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new InputException($"{path}: UTF-16 instead of UTF-8; convert it, for example with iconv -f UTF-16 -t UTF-8");
        }

        if (!Utf8.IsValid(bytes))
        {
            throw new InputException($"{path} line {LineOf(bytes, FirstInvalid(bytes))}: not UTF-8; convert it, for example with iconv -f ISO-8859-1 -t UTF-8");
        }

        return bytes.AsMemory(bytes.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0);
    }

    /// <summary>The line, counted from 1, on which a byte stands.</summary>
    public static int LineOf(ReadOnlySpan<byte> text, int position) => 1 + text[..position].Count((byte)'\n');

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            position += used;
        }

        return position;
    }
}
