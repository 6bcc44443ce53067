using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;
using Tributary.Numerics.OneDnn;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Pairs;

/// <summary>
/// x · Wᵀ of a single row in bfloat16, cut over panels: each thread reads its part of the weight once, from front to back. Chains are those of the tiles, bit for bit, as long
/// as no number is so small that the tiles' instruction takes it as zero.
/// </summary>
internal readonly unsafe struct PairRowJob<V>(LeftOperand x, CpuFrozenMatrix weight, TileFinish finish, ProductPlan plan) : IJob
    where V : struct, ILanes<V>
{
    /// <summary>Bytes between what is read and what is asked for.</summary>
    private const int Ahead = 4096;

    private const uint OddHalf = 0xFFFF0000;
    private readonly LeftOperand x = x;
    private readonly TileFinish finish = finish;

    public void Run(int part)
    {
        using var scratch = Scratch.Open();
        var layout = weight.Layout;
        var sums = scratch.Take(layout.PanelWidth);
        var row = scratch.Take(PairJob.Padded(x.Depth));
        Round(row);
        var (_, _, panel, end) = plan.Share<V>(part, 1, layout.Count);
        for (; panel < end; panel++)
        {
            var width = layout.Width(panel);
            for (var k0 = 0; k0 < x.Depth; k0 += PairTiles.LargestDepth)
            {
                var from = weight.At(panel, k0);
                var pairs = (Math.Min(PairTiles.LargestDepth, x.Depth - k0) + 1) / 2;
                if (width == 4 * Vector512<uint>.Count)
                {
                    Four(row + k0, pairs, from, sums);
                }
                else
                {
                    Narrow(row + k0, pairs, from, width, sums);
                }

                finish.Join<V>(sums, width, 0, 1, panel * layout.PanelWidth, layout.Valid(panel), k0 == 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* row, int pairs, byte* panel, float* sums)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        for (var end = row + (2 * pairs); row < end; row += 2, panel += 4 * sizeof(Vector512<uint>))
        {
            Lane.Prefetch(panel + Ahead);
            Lane.Prefetch(panel + Ahead + 64);
            Lane.Prefetch(panel + Ahead + 128);
            Lane.Prefetch(panel + Ahead + 192);
            Vector512<float> even = Vector512.Create(row[0]), odd = Vector512.Create(row[1]);
            c0 = Add(even, odd, panel, c0);
            c1 = Add(even, odd, panel + 64, c1);
            c2 = Add(even, odd, panel + 128, c2);
            c3 = Add(even, odd, panel + 192, c3);
        }

        c0.Store(sums);
        c1.Store(sums + 16);
        c2.Store(sums + 32);
        c3.Store(sums + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* row, int pairs, byte* panel, int width, float* sums)
    {
        for (var column = 0; column < width; column += Vector512<float>.Count)
        {
            var sum = Vector512<float>.Zero;
            for (var p = 0; p < pairs; p++)
            {
                sum = Add(Vector512.Create(row[2 * p]), Vector512.Create(row[(2 * p) + 1]), panel + ((((nint)p * width) + column) * sizeof(uint)), sum);
            }

            sum.Store(sums + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<float> even, Vector512<float> odd, byte* pairs, Vector512<float> sum)
    {
        var both = Vector512.Load((uint*)pairs);
        sum = Vector512.FusedMultiplyAdd(odd, (both & Vector512.Create(OddHalf)).AsSingle(), sum);
        return Vector512.FusedMultiplyAdd(even, (both << 16).AsSingle(), sum);
    }

    // The row as numbers that bfloat16 can hold; an odd depth is filled up with zero.
    private void Round(float* row)
    {
        for (var k = 0; k < x.Depth; k++)
        {
            row[k] = BFloat16.Round(*x.At(0, k));
        }

        if (x.Depth % 2 != 0)
        {
            row[x.Depth] = 0;
        }
    }
}
