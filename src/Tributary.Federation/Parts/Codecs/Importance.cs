using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>How often each direction of a pool is drawn, by the slopes seen along it: the mean of |slope| and one zero, moved and stretched to 0 … 1, and their softmax (FedKSeed-Pro).</summary>
internal static class Importance
{
    private const double MostSlope = 1000;

    /// <summary>How often each direction is drawn: sums to one.</summary>
    public static TensorKey Weights { get; } = SeedScalarRules.Key("weights");

    private static TensorKey Seen { get; } = SeedScalarRules.Key("seen");

    private static TensorKey Sizes { get; } = SeedScalarRules.Key("sizes");

    /// <summary>What the server keeps of a pool.</summary>
    public static TensorLayout Layout(int size) => new([(Seen, [size]), (Sizes, [size])]);

    /// <summary>The weights from what is kept.</summary>
    public static float[] Of(ParameterSet kept, int size)
    {
        var means = new double[size];
        for (var j = 0; kept.TryGet(Sizes, out var sizes) && kept.TryGet(Seen, out var seen) && j < size; j++)
        {
            means[j] = sizes.Values[j] / (1.0 + seen.Values[j]);
        }

        var (least, range) = (means.Min(), means.Max() - means.Min());
        var weights = Array.ConvertAll(means, mean => Math.Exp(range > 0 ? (mean - least) / range : 0));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => (float)(weight / sum));
    }

    /// <summary>What is kept after a round.</summary>
    public static ParameterSet Next(ParameterSet kept, int size, IEnumerable<IEnumerable<(int Place, float Slope)>> slopes)
    {
        var (seen, sizes) = (Before(kept, Seen, size), Before(kept, Sizes, size));
        foreach (var (place, slope) in slopes.SelectMany(each => each))
        {
            seen.Values[place]++;
            sizes.Values[place] += (float)Math.Min(Math.Abs(slope), MostSlope);
        }

        return new ParameterSet([seen, sizes]);
    }

    private static HostTensor Before(ParameterSet kept, TensorKey key, int size) => kept.TryGet(key, out var tensor) ? tensor.Copy() : HostTensor.Zeros(key, [size]);
}
