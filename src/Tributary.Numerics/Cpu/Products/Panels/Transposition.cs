using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tributary.Numerics.Cpu.Products.Panels;

/// <summary>Transposes blocks through registers. It moves values and rounds nothing, so every processor may take its own way.</summary>
internal static unsafe class Transposition
{
    /// <summary>target[c · targetStride + r] = source[r · sourceStride + c].</summary>
    public static void Run(float* source, nint sourceStride, int rows, int columns, float* target, nint targetStride)
    {
        var side = Avx512F.IsSupported && Math.Min(rows, columns) >= 16 ? 16 : Avx.IsSupported ? 8 : 4;
        var wholeRows = rows / side * side;
        var wholeColumns = columns / side * side;
        for (var r = 0; r < wholeRows; r += side)
        {
            for (var c = 0; c < wholeColumns; c += side)
            {
                Square(side, source + (r * sourceStride) + c, sourceStride, target + (c * targetStride) + r, targetStride);
            }
        }

        Rest(source + wholeColumns, sourceStride, wholeRows, columns - wholeColumns, target + (wholeColumns * targetStride), targetStride);
        Rest(source + (wholeRows * sourceStride), sourceStride, rows - wholeRows, columns, target + wholeRows, targetStride);
    }

    private static void Square(int side, float* source, nint sourceStride, float* target, nint targetStride)
    {
        if (side == 16)
        {
            Square16(source, sourceStride, target, targetStride);
        }
        else if (side == 8)
        {
            Square8(source, sourceStride, target, targetStride);
        }
        else
        {
            Rest(source, sourceStride, 4, 4, target, targetStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rest(float* source, nint sourceStride, int rows, int columns, float* target, nint targetStride)
    {
        for (var c = 0; c < columns; c++)
        {
            var to = target + (c * targetStride);
            for (var r = 0; r < rows; r++)
            {
                to[r] = source[(r * sourceStride) + c];
            }
        }
    }

    // Four rows at a time become 4 × 4 quarters; exchanging 128-bit quarters, then single floats within them, puts each in place.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Square16(float* s, nint stride, float* t, nint targetStride)
    {
        Quarters(s, 4 * stride, out var a0, out var a1, out var a2, out var a3);
        Quarters(s + stride, 4 * stride, out var b0, out var b1, out var b2, out var b3);
        Quarters(s + (2 * stride), 4 * stride, out var c0, out var c1, out var c2, out var c3);
        Quarters(s + (3 * stride), 4 * stride, out var d0, out var d1, out var d2, out var d3);
        Columns(a0, b0, c0, d0, t, targetStride);
        Columns(a1, b1, c1, d1, t + (4 * targetStride), targetStride);
        Columns(a2, b2, c2, d2, t + (8 * targetStride), targetStride);
        Columns(a3, b3, c3, d3, t + (12 * targetStride), targetStride);
    }

    // From rows r, r + 4, r + 8, r + 12: vector q holds the four columns 4q … 4q + 3 of each of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(float* s, nint stride, out Vector512<float> q0, out Vector512<float> q1, out Vector512<float> q2, out Vector512<float> q3)
    {
        Vector512<float> r0 = Vector512.Load(s), r1 = Vector512.Load(s + stride), r2 = Vector512.Load(s + (2 * stride)), r3 = Vector512.Load(s + (3 * stride));
        var low01 = Avx512F.Shuffle4x128(r0, r1, 0x44);
        var low23 = Avx512F.Shuffle4x128(r2, r3, 0x44);
        var high01 = Avx512F.Shuffle4x128(r0, r1, 0xEE);
        var high23 = Avx512F.Shuffle4x128(r2, r3, 0xEE);
        q0 = Avx512F.Shuffle4x128(low01, low23, 0x88);
        q1 = Avx512F.Shuffle4x128(low01, low23, 0xDD);
        q2 = Avx512F.Shuffle4x128(high01, high23, 0x88);
        q3 = Avx512F.Shuffle4x128(high01, high23, 0xDD);
    }

    // a, b, c, d hold rows (0, 4, 8, 12), (1, 5, …), (2, …), (3, …) of four columns: transposing within quarters gives the columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* t, nint stride)
    {
        var ab0 = Avx512F.UnpackLow(a, b);
        var ab1 = Avx512F.UnpackHigh(a, b);
        var cd0 = Avx512F.UnpackLow(c, d);
        var cd1 = Avx512F.UnpackHigh(c, d);
        Avx512F.Shuffle(ab0, cd0, 0x44).Store(t);
        Avx512F.Shuffle(ab0, cd0, 0xEE).Store(t + stride);
        Avx512F.Shuffle(ab1, cd1, 0x44).Store(t + (2 * stride));
        Avx512F.Shuffle(ab1, cd1, 0xEE).Store(t + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Square8(float* s, nint stride, float* t, nint targetStride)
    {
        Halves(s, 4 * stride, out var a0, out var a1);
        Halves(s + stride, 4 * stride, out var b0, out var b1);
        Halves(s + (2 * stride), 4 * stride, out var c0, out var c1);
        Halves(s + (3 * stride), 4 * stride, out var d0, out var d1);
        Columns(a0, b0, c0, d0, t, targetStride);
        Columns(a1, b1, c1, d1, t + (4 * targetStride), targetStride);
    }

    // From rows r and r + 4: the lower four columns of both, and the upper four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(float* s, nint stride, out Vector256<float> low, out Vector256<float> high)
    {
        Vector256<float> r0 = Vector256.Load(s), r1 = Vector256.Load(s + stride);
        low = Avx.Permute2x128(r0, r1, 0x20);
        high = Avx.Permute2x128(r0, r1, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* t, nint stride)
    {
        var ab0 = Avx.UnpackLow(a, b);
        var ab1 = Avx.UnpackHigh(a, b);
        var cd0 = Avx.UnpackLow(c, d);
        var cd1 = Avx.UnpackHigh(c, d);
        Avx.Shuffle(ab0, cd0, 0x44).Store(t);
        Avx.Shuffle(ab0, cd0, 0xEE).Store(t + stride);
        Avx.Shuffle(ab1, cd1, 0x44).Store(t + (2 * stride));
        Avx.Shuffle(ab1, cd1, 0xEE).Store(t + (3 * stride));
    }
}
