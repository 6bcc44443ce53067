using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tributary.Numerics.Random;

/// <summary>Uniform numbers of consecutive blocks of one tensor, four blocks at a time: the very numbers of <see cref="Philox.Uniform"/>, which are exact.</summary>
internal static unsafe class UniformRow
{
    private const int Together = 4;

    /// <summary>Writes the four numbers of each of <paramref name="blocks"/> blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(Philox random, ulong tensor, ulong firstBlock, float* target, int blocks)
    {
        var done = 0;
        for (; Avx2.IsSupported && done <= blocks - Together; done += Together)
        {
            FourBlocks(random.Key, tensor, firstBlock + (ulong)done, target + (4 * done));
        }

        for (; done < blocks; done++)
        {
            var block = random.Block(tensor, firstBlock + (ulong)done);
            for (var lane = 0; lane < 4; lane++)
            {
                target[(4 * done) + lane] = block.Uniform(lane);
            }
        }
    }

    /// <summary>Ten rounds with one block in each 64-bit lane. Only the lower halves count: the widening product ignores the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourBlocks(ulong key, ulong tensor, ulong block, float* target)
    {
        var counter = Vector256.Create(block) + Vector256.Create(0UL, 1, 2, 3);
        var (w0, w1) = (counter, counter >>> 32);
        var (w2, w3) = (Vector256.Create(tensor), Vector256.Create(tensor >> 32));
        var (key0, key1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < 10; round++)
        {
            var product0 = Avx2.Multiply(w0.AsUInt32(), Vector256.Create(0xD2511F53UL).AsUInt32());
            var product1 = Avx2.Multiply(w2.AsUInt32(), Vector256.Create(0xCD9E8D57UL).AsUInt32());
            (w0, w1) = ((product1 >>> 32) ^ w1 ^ Vector256.Create((ulong)key0), product1);
            (w2, w3) = ((product0 >>> 32) ^ w3 ^ Vector256.Create((ulong)key1), product0);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        // Words 0 and 1 of a block side by side, then 2 and 3; unpacking puts blocks 0 and 2 into one register, 1 and 3 into the other.
        var lower = Vector256.Create(0xFFFF_FFFFUL);
        var (first, second) = ((w0 & lower) | (w1 << 32), (w2 & lower) | (w3 << 32));
        var (even, odd) = (Uniform(Avx2.UnpackLow(first, second)), Uniform(Avx2.UnpackHigh(first, second)));
        even.GetLower().Store(target);
        odd.GetLower().Store(target + 4);
        even.GetUpper().Store(target + 8);
        odd.GetUpper().Store(target + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Uniform(Vector256<ulong> words) =>
        Vector256.ConvertToSingle((words.AsUInt32() >>> 8).AsInt32()) * Vector256.Create(1f / (1 << 24));
}
