using Tributary.Numerics.Random;

namespace Tributary.Federation.Clients;

/// <summary>
/// Which samples go into which step: every pass is a permutation addressed by (seed, client, version, pass), cut into batches; the last batch of a pass may be shorter.
/// </summary>
internal sealed class BatchOrder(PhiloxStream stream, int examples, int batchSize)
{
    private readonly int[] order = new int[examples];
    private int pass = -1;

    /// <summary>Steps of one pass.</summary>
    public int StepsPerPass { get; } = (examples + batchSize - 1) / batchSize;

    /// <summary>The samples of step <paramref name="step"/>, counted from 0; valid until the next call.</summary>
    public ReadOnlySpan<int> Batch(int step)
    {
        if (step / StepsPerPass != pass)
        {
            pass = step / StepsPerPass;
            for (var i = 0; i < order.Length; i++)
            {
                order[i] = i;
            }

            stream.Child(pass).Sequence().Shuffle<int>(order);
        }

        var start = step % StepsPerPass * batchSize;
        return order.AsSpan(start, Math.Min(batchSize, order.Length - start));
    }
}
