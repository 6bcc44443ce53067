using System.Numerics.Tensors;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Weightings;

/// <summary>Attention over the senders of every block by how far they agree (see <see cref="Weighting.Aligned"/>). Reads every update twice, one tensor of one sender at a time.</summary>
internal sealed class AlignmentRule(Weighting.Aligned choice, RoundUpdates contents, Func<int, TensorKey, double> weight)
{
    // A shorter block has no direction.
    private const double LeastNorm = 1e-12;

    /// <summary>The weights of the tensors that are cut.</summary>
    public IReadOnlyDictionary<TensorKey, BlockWeights> Weights() =>
        contents.Layout.Tensors.Where(tensor => choice.Grid.Covers(tensor.Key, tensor.Shape)).ToDictionary(tensor => tensor.Key, tensor => Of(tensor.Key, tensor.Shape));

    private BlockWeights Of(TensorKey key, int[] shape)
    {
        var (length, count) = (choice.Grid.LengthOf(shape), choice.Grid.CountOf(shape));
        var senders = Enumerable.Range(0, contents.Source.Count).Where(k => contents.Source.Contains(k, MessageBody.Parameters, key)).ToArray();
        var held = senders.ToDictionary(k => k, k => HeldBlocks(k, key, length, count));
        var reference = Reference(key, senders, held, length, count);
        var weights = new double[contents.Source.Count][];
        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] = held.ContainsKey(k) ? Cosines(contents.Whole(k, key).Values, reference, length, count) : [];
        }

        for (var block = 0; block < count; block++)
        {
            Mix(weights, [.. senders.Where(k => held[k][block])], block, key);
        }

        return new BlockWeights(length, weights);
    }

    // The mean direction of the senders of each block, whatever their sizes.
    private double[] Reference(TensorKey key, int[] senders, Dictionary<int, bool[]> held, int length, int count)
    {
        var sum = new double[length * count];
        foreach (var k in senders)
        {
            var values = contents.Whole(k, key).Values;
            for (var block = 0; block < count; block++)
            {
                var norm = Norm(values.AsSpan(block * length, length));
                for (var i = block * length; held[k][block] && i < (block + 1) * length; i++)
                {
                    sum[i] += values[i] / (norm + LeastNorm);
                }
            }
        }

        return sum;
    }

    private static double[] Cosines(float[] values, double[] reference, int length, int count) => [.. Enumerable.Range(0, count).Select(block =>
    {
        var own = values.AsSpan(block * length, length);
        var all = reference.AsSpan(block * length, length);
        var (norm, mean) = (Norm(own), Math.Sqrt(TensorPrimitives.SumOfSquares<double>(all)));
        var product = 0.0;
        for (var i = 0; i < length; i++)
        {
            product += own[i] * all[i];
        }

        return norm < LeastNorm || mean < LeastNorm ? 0 : product / (norm * mean);
    })];

    // From cosines to weights that sum to one over the senders of a block.
    private void Mix(double[][] weights, int[] senders, int block, TensorKey key)
    {
        var attention = senders.Select(k => Math.Exp((choice.Opposed ? -1 : 1) * weights[k][block] / choice.Temperature)).ToArray();
        var (all, whole) = (attention.Sum(), senders.Sum(k => weight(k, key)));
        for (var i = 0; i < senders.Length; i++)
        {
            var own = whole > 0 ? weight(senders[i], key) / whole : 0;
            weights[senders[i]][block] = ((1 - choice.Share) * own) + (choice.Share * attention[i] / all);
        }
    }

    private bool[] HeldBlocks(int sender, TensorKey key, int length, int count)
    {
        var part = contents.Source.PartOf(sender, MessageBody.Parameters, key);
        return [.. Enumerable.Range(0, count).Select(block => part is null || part.CountBefore((block + 1) * length) - part.CountBefore(block * length) == length)];
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }
}
