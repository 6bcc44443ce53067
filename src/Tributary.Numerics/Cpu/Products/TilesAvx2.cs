// Written by eng/generate-tiles.py.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>Register tiles of 256-bit vectors: c = alpha · a · b + beta · c + bias, a packed [inner][4], b packed [inner][columns].</summary>
internal static unsafe class TilesAvx2
{
    /// <summary>4 rows × 24 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4x24(int inner, float* a, float* b, TileTarget* target)
    {
        var c00 = Vector256<float>.Zero; var c01 = Vector256<float>.Zero; var c02 = Vector256<float>.Zero;
        var c10 = Vector256<float>.Zero; var c11 = Vector256<float>.Zero; var c12 = Vector256<float>.Zero;
        var c20 = Vector256<float>.Zero; var c21 = Vector256<float>.Zero; var c22 = Vector256<float>.Zero;
        var c30 = Vector256<float>.Zero; var c31 = Vector256<float>.Zero; var c32 = Vector256<float>.Zero;
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var b2 = Vector256.Load(b + 16);
            var a0 = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(a0, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(a0, b1, c01);
            c02 = Vector256.FusedMultiplyAdd(a0, b2, c02);
            var a1 = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(a1, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(a1, b1, c11);
            c12 = Vector256.FusedMultiplyAdd(a1, b2, c12);
            var a2 = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(a2, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(a2, b1, c21);
            c22 = Vector256.FusedMultiplyAdd(a2, b2, c22);
            var a3 = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(a3, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(a3, b1, c31);
            c32 = Vector256.FusedMultiplyAdd(a3, b2, c32);
            a += 4;
            b += 24;
        }

        Store(c00, target, 0, 0);
        Store(c01, target, 0, 8);
        Store(c02, target, 0, 16);
        Store(c10, target, 1, 0);
        Store(c11, target, 1, 8);
        Store(c12, target, 1, 16);
        Store(c20, target, 2, 0);
        Store(c21, target, 2, 8);
        Store(c22, target, 2, 16);
        Store(c30, target, 3, 0);
        Store(c31, target, 3, 8);
        Store(c32, target, 3, 16);
    }

    /// <summary>4 rows × 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4x16(int inner, float* a, float* b, TileTarget* target)
    {
        var c00 = Vector256<float>.Zero; var c01 = Vector256<float>.Zero;
        var c10 = Vector256<float>.Zero; var c11 = Vector256<float>.Zero;
        var c20 = Vector256<float>.Zero; var c21 = Vector256<float>.Zero;
        var c30 = Vector256<float>.Zero; var c31 = Vector256<float>.Zero;
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var a0 = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(a0, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(a0, b1, c01);
            var a1 = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(a1, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(a1, b1, c11);
            var a2 = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(a2, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(a2, b1, c21);
            var a3 = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(a3, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(a3, b1, c31);
            a += 4;
            b += 16;
        }

        Store(c00, target, 0, 0);
        Store(c01, target, 0, 8);
        Store(c10, target, 1, 0);
        Store(c11, target, 1, 8);
        Store(c20, target, 2, 0);
        Store(c21, target, 2, 8);
        Store(c30, target, 3, 0);
        Store(c31, target, 3, 8);
    }

    /// <summary>4 rows × 8 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4x8(int inner, float* a, float* b, TileTarget* target)
    {
        var c00 = Vector256<float>.Zero;
        var c10 = Vector256<float>.Zero;
        var c20 = Vector256<float>.Zero;
        var c30 = Vector256<float>.Zero;
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector256.Load(b);
            var a0 = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(a0, b0, c00);
            var a1 = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(a1, b0, c10);
            var a2 = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(a2, b0, c20);
            var a3 = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(a3, b0, c30);
            a += 4;
            b += 8;
        }

        Store(c00, target, 0, 0);
        Store(c10, target, 1, 0);
        Store(c20, target, 2, 0);
        Store(c30, target, 3, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> sum, TileTarget* target, int row, int column)
    {
        var c = target->C + (row * target->Stride) + column;
        sum *= Vector256.Create(target->Alpha);
        if (target->Beta != 0)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(target->Beta), Vector256.Load(c), sum);
        }

        if (target->Bias != null)
        {
            sum += Vector256.Load(target->Bias + column);
        }

        sum.Store(c);
    }
}
