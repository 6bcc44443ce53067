using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tributary.Numerics.Cpu.Products.Pairs;

/// <summary>Transposes blocks of bfloat16 pairs through registers.</summary>
internal static unsafe class PairTransposition
{
    private const int Side = 8;

    /// <summary>
    /// From [inputs / 2][outputs][2] to [outputs / 2][inputs][2]; both numbers are multiples of 16. Two pairs that stand side by side, (i, o) (i + 1, o) (i, o + 1)
    /// (i + 1, o + 1), are 64 bits: exchanging the two in the middle and transposing the matrix of such fours is all there is to do.
    /// </summary>
    public static void Run(byte* source, int inputs, int outputs, byte* target)
    {
        nint sourceStride = outputs * 2 * sizeof(ushort), targetStride = inputs * 2 * sizeof(ushort);
        for (var i = 0; i < inputs / 2; i += Side)
        {
            for (var o = 0; o < outputs / 2; o += Side)
            {
                Square(source + (i * sourceStride) + (o * sizeof(ulong)), sourceStride, target + (o * targetStride) + (i * sizeof(ulong)), targetStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Square(byte* s, nint stride, byte* t, nint targetStride)
    {
        Rows(s, 4 * stride, out var a0, out var a1);
        Rows(s + stride, 4 * stride, out var b0, out var b1);
        Rows(s + (2 * stride), 4 * stride, out var c0, out var c1);
        Rows(s + (3 * stride), 4 * stride, out var d0, out var d1);
        Columns(a0, b0, c0, d0, t, targetStride);
        Columns(a1, b1, c1, d1, t + (4 * targetStride), targetStride);
    }

    // From rows r and r + 4: their first four fours, and their last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows(byte* s, nint stride, out Vector512<ulong> low, out Vector512<ulong> high)
    {
        var middle = Vector512.Create(0x0706030205040100ul, 0x0F0E0B0A0D0C0908ul, 0x0706030205040100ul, 0x0F0E0B0A0D0C0908ul, 0x0706030205040100ul, 0x0F0E0B0A0D0C0908ul, 0x0706030205040100ul, 0x0F0E0B0A0D0C0908ul).AsByte();
        var first = Avx512BW.Shuffle(Vector512.Load(s), middle).AsUInt64();
        var second = Avx512BW.Shuffle(Vector512.Load(s + stride), middle).AsUInt64();
        low = Avx512F.Shuffle4x128(first, second, 0x44);
        high = Avx512F.Shuffle4x128(first, second, 0xEE);
    }

    // a, b, c, d hold rows (0, 4), (1, 5), (2, 6), (3, 7) of four columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, byte* t, nint stride)
    {
        // Quarters of 128 bits: rows (0, 1) of column 0 | of column 2 | rows (4, 5) of column 0 | of column 2; the same for odd columns and for rows 2, 3, 6, 7.
        var even01 = Avx512F.UnpackLow(a, b);
        var odd01 = Avx512F.UnpackHigh(a, b);
        var even23 = Avx512F.UnpackLow(c, d);
        var odd23 = Avx512F.UnpackHigh(c, d);
        Store(even01, even23, t, 2 * stride);
        Store(odd01, odd23, t + stride, 2 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<ulong> rows01, Vector512<ulong> rows23, byte* t, nint stride)
    {
        // Quarters (0, 2) and (1, 3) of both, then rows 0 to 7 in order.
        var first = Avx512F.Shuffle4x128(rows01, rows23, 0x88);
        var second = Avx512F.Shuffle4x128(rows01, rows23, 0xDD);
        Avx512F.Shuffle4x128(first, first, 0xD8).AsByte().Store(t);
        Avx512F.Shuffle4x128(second, second, 0xD8).AsByte().Store(t + stride);
    }
}
