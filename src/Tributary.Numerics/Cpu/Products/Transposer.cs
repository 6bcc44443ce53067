using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>destination[c · destinationStride + r] = source[r · sourceStride + c]: all packing that changes direction.</summary>
internal static unsafe class Transposer
{
    public static void Transpose(float* source, nint sourceStride, int rows, int columns, float* destination, nint destinationStride)
    {
        var r = 0;
        if (Avx.IsSupported)
        {
            for (; r + 8 <= rows; r += 8)
            {
                Strip8(source + (r * sourceStride), sourceStride, columns, destination + r, destinationStride);
            }
        }

        if (Sse.IsSupported)
        {
            for (; r + 4 <= rows; r += 4)
            {
                Strip4(source + (r * sourceStride), sourceStride, columns, destination + r, destinationStride);
            }
        }

        for (; r < rows; r++)
        {
            var row = source + (r * sourceStride);
            for (var c = 0; c < columns; c++)
            {
                destination[(c * destinationStride) + r] = row[c];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip8(float* s, nint stride, int columns, float* d, nint destinationStride)
    {
        var c = 0;
        for (; c + 8 <= columns; c += 8)
        {
            var r0 = Vector256.Load(s + c);
            var r1 = Vector256.Load(s + stride + c);
            var r2 = Vector256.Load(s + (2 * stride) + c);
            var r3 = Vector256.Load(s + (3 * stride) + c);
            var r4 = Vector256.Load(s + (4 * stride) + c);
            var r5 = Vector256.Load(s + (5 * stride) + c);
            var r6 = Vector256.Load(s + (6 * stride) + c);
            var r7 = Vector256.Load(s + (7 * stride) + c);
            var (t0, t1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
            var (t2, t3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
            var (t4, t5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
            var (t6, t7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
            var (u0, u1) = (Avx.Shuffle(t0, t2, 0x44), Avx.Shuffle(t0, t2, 0xEE));
            var (u2, u3) = (Avx.Shuffle(t1, t3, 0x44), Avx.Shuffle(t1, t3, 0xEE));
            var (u4, u5) = (Avx.Shuffle(t4, t6, 0x44), Avx.Shuffle(t4, t6, 0xEE));
            var (u6, u7) = (Avx.Shuffle(t5, t7, 0x44), Avx.Shuffle(t5, t7, 0xEE));
            var at = d + (c * destinationStride);
            Avx.Permute2x128(u0, u4, 0x20).Store(at);
            Avx.Permute2x128(u1, u5, 0x20).Store(at + destinationStride);
            Avx.Permute2x128(u2, u6, 0x20).Store(at + (2 * destinationStride));
            Avx.Permute2x128(u3, u7, 0x20).Store(at + (3 * destinationStride));
            Avx.Permute2x128(u0, u4, 0x31).Store(at + (4 * destinationStride));
            Avx.Permute2x128(u1, u5, 0x31).Store(at + (5 * destinationStride));
            Avx.Permute2x128(u2, u6, 0x31).Store(at + (6 * destinationStride));
            Avx.Permute2x128(u3, u7, 0x31).Store(at + (7 * destinationStride));
        }

        Rest(s, stride, 8, c, columns, d, destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip4(float* s, nint stride, int columns, float* d, nint destinationStride)
    {
        var c = 0;
        for (; c + 4 <= columns; c += 4)
        {
            var (r0, r1) = (Vector128.Load(s + c), Vector128.Load(s + stride + c));
            var (r2, r3) = (Vector128.Load(s + (2 * stride) + c), Vector128.Load(s + (3 * stride) + c));
            var (t0, t1) = (Sse.UnpackLow(r0, r1), Sse.UnpackHigh(r0, r1));
            var (t2, t3) = (Sse.UnpackLow(r2, r3), Sse.UnpackHigh(r2, r3));
            var at = d + (c * destinationStride);
            Sse.MoveLowToHigh(t0, t2).Store(at);
            Sse.MoveHighToLow(t2, t0).Store(at + destinationStride);
            Sse.MoveLowToHigh(t1, t3).Store(at + (2 * destinationStride));
            Sse.MoveHighToLow(t3, t1).Store(at + (3 * destinationStride));
        }

        Rest(s, stride, 4, c, columns, d, destinationStride);
    }

    private static void Rest(float* s, nint stride, int rows, int from, int columns, float* d, nint destinationStride)
    {
        for (var c = from; c < columns; c++)
        {
            for (var r = 0; r < rows; r++)
            {
                d[(c * destinationStride) + r] = s[(r * stride) + c];
            }
        }
    }
}
