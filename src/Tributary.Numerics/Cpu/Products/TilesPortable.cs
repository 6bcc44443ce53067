// Written by eng/generate-tiles.py.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>Register tiles of 128-bit vectors: c = alpha · a · b + beta · c + bias, a packed [inner][4], b packed [inner][columns].</summary>
internal static unsafe class TilesPortable
{
    /// <summary>4 rows × 12 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4x12(int inner, float* a, float* b, TileTarget* target)
    {
        var c00 = Vector128<float>.Zero; var c01 = Vector128<float>.Zero; var c02 = Vector128<float>.Zero;
        var c10 = Vector128<float>.Zero; var c11 = Vector128<float>.Zero; var c12 = Vector128<float>.Zero;
        var c20 = Vector128<float>.Zero; var c21 = Vector128<float>.Zero; var c22 = Vector128<float>.Zero;
        var c30 = Vector128<float>.Zero; var c31 = Vector128<float>.Zero; var c32 = Vector128<float>.Zero;
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector128.Load(b);
            var b1 = Vector128.Load(b + 4);
            var b2 = Vector128.Load(b + 8);
            var a0 = Vector128.Create(a[0]);
            c00 = Vector128.MultiplyAddEstimate(a0, b0, c00);
            c01 = Vector128.MultiplyAddEstimate(a0, b1, c01);
            c02 = Vector128.MultiplyAddEstimate(a0, b2, c02);
            var a1 = Vector128.Create(a[1]);
            c10 = Vector128.MultiplyAddEstimate(a1, b0, c10);
            c11 = Vector128.MultiplyAddEstimate(a1, b1, c11);
            c12 = Vector128.MultiplyAddEstimate(a1, b2, c12);
            var a2 = Vector128.Create(a[2]);
            c20 = Vector128.MultiplyAddEstimate(a2, b0, c20);
            c21 = Vector128.MultiplyAddEstimate(a2, b1, c21);
            c22 = Vector128.MultiplyAddEstimate(a2, b2, c22);
            var a3 = Vector128.Create(a[3]);
            c30 = Vector128.MultiplyAddEstimate(a3, b0, c30);
            c31 = Vector128.MultiplyAddEstimate(a3, b1, c31);
            c32 = Vector128.MultiplyAddEstimate(a3, b2, c32);
            a += 4;
            b += 12;
        }

        Store(c00, target, 0, 0);
        Store(c01, target, 0, 4);
        Store(c02, target, 0, 8);
        Store(c10, target, 1, 0);
        Store(c11, target, 1, 4);
        Store(c12, target, 1, 8);
        Store(c20, target, 2, 0);
        Store(c21, target, 2, 4);
        Store(c22, target, 2, 8);
        Store(c30, target, 3, 0);
        Store(c31, target, 3, 4);
        Store(c32, target, 3, 8);
    }

    /// <summary>4 rows × 8 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4x8(int inner, float* a, float* b, TileTarget* target)
    {
        var c00 = Vector128<float>.Zero; var c01 = Vector128<float>.Zero;
        var c10 = Vector128<float>.Zero; var c11 = Vector128<float>.Zero;
        var c20 = Vector128<float>.Zero; var c21 = Vector128<float>.Zero;
        var c30 = Vector128<float>.Zero; var c31 = Vector128<float>.Zero;
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector128.Load(b);
            var b1 = Vector128.Load(b + 4);
            var a0 = Vector128.Create(a[0]);
            c00 = Vector128.MultiplyAddEstimate(a0, b0, c00);
            c01 = Vector128.MultiplyAddEstimate(a0, b1, c01);
            var a1 = Vector128.Create(a[1]);
            c10 = Vector128.MultiplyAddEstimate(a1, b0, c10);
            c11 = Vector128.MultiplyAddEstimate(a1, b1, c11);
            var a2 = Vector128.Create(a[2]);
            c20 = Vector128.MultiplyAddEstimate(a2, b0, c20);
            c21 = Vector128.MultiplyAddEstimate(a2, b1, c21);
            var a3 = Vector128.Create(a[3]);
            c30 = Vector128.MultiplyAddEstimate(a3, b0, c30);
            c31 = Vector128.MultiplyAddEstimate(a3, b1, c31);
            a += 4;
            b += 8;
        }

        Store(c00, target, 0, 0);
        Store(c01, target, 0, 4);
        Store(c10, target, 1, 0);
        Store(c11, target, 1, 4);
        Store(c20, target, 2, 0);
        Store(c21, target, 2, 4);
        Store(c30, target, 3, 0);
        Store(c31, target, 3, 4);
    }

    /// <summary>4 rows × 4 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4x4(int inner, float* a, float* b, TileTarget* target)
    {
        var c00 = Vector128<float>.Zero;
        var c10 = Vector128<float>.Zero;
        var c20 = Vector128<float>.Zero;
        var c30 = Vector128<float>.Zero;
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector128.Load(b);
            var a0 = Vector128.Create(a[0]);
            c00 = Vector128.MultiplyAddEstimate(a0, b0, c00);
            var a1 = Vector128.Create(a[1]);
            c10 = Vector128.MultiplyAddEstimate(a1, b0, c10);
            var a2 = Vector128.Create(a[2]);
            c20 = Vector128.MultiplyAddEstimate(a2, b0, c20);
            var a3 = Vector128.Create(a[3]);
            c30 = Vector128.MultiplyAddEstimate(a3, b0, c30);
            a += 4;
            b += 4;
        }

        Store(c00, target, 0, 0);
        Store(c10, target, 1, 0);
        Store(c20, target, 2, 0);
        Store(c30, target, 3, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> sum, TileTarget* target, int row, int column)
    {
        var c = target->C + (row * target->Stride) + column;
        sum *= Vector128.Create(target->Alpha);
        if (target->Beta != 0)
        {
            sum = Vector128.MultiplyAddEstimate(Vector128.Create(target->Beta), Vector128.Load(c), sum);
        }

        if (target->Bias != null)
        {
            sum += Vector128.Load(target->Bias + column);
        }

        sum.Store(c);
    }
}
