using System.Numerics.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Generation;

/// <summary>How the next token is chosen: greedily at temperature 0, else from the smallest set of tokens whose probability reaches <c>TopP</c>.</summary>
public sealed record Sampling(double Temperature = 0, double TopP = 1)
{
    /// <summary>The most probable token every time; the lowest id among equals.</summary>
    public static Sampling Greedy { get; } = new();

    /// <summary>Refuses settings that mean nothing.</summary>
    /// <exception cref="InputException">Temperature negative or not finite, or TopP outside (0, 1].</exception>
    public Sampling Checked() =>
        !double.IsFinite(Temperature) || Temperature < 0 ? throw new InputException($"temperature is {Temperature}; it must be 0 or more")
        : !(TopP > 0 && TopP <= 1) ? throw new InputException($"top-p is {TopP}; it must be above 0 and at most 1")
        : this;

    /// <summary>Chooses from finite logits with a uniform number in [0, 1).</summary>
    public int Choose(ReadOnlySpan<float> logits, double uniform)
    {
        var best = TensorPrimitives.IndexOfMax(logits);
        return Temperature == 0 ? best : Draw(logits, logits[best], uniform);
    }

    private int Draw(ReadOnlySpan<float> logits, float largest, double uniform)
    {
        var ids = new int[logits.Length];
        var weights = new double[logits.Length];
        var total = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            ids[i] = i;
            weights[i] = Math.Exp((logits[i] - (double)largest) / Temperature);
            total += weights[i];
        }

        // Stable order: by probability, then by id.
        Array.Sort(ids, (a, b) => weights[b].CompareTo(weights[a]) is var order && order != 0 ? order : a.CompareTo(b));
        var kept = 0.0;
        var count = 0;
        while (count < ids.Length && kept < TopP * total)
        {
            kept += weights[ids[count++]];
        }

        var threshold = uniform * kept;
        for (var i = 0; i < count; i++)
        {
            threshold -= weights[ids[i]];
            if (threshold < 0)
            {
                return ids[i];
            }
        }

        return ids[count - 1];
    }
}
