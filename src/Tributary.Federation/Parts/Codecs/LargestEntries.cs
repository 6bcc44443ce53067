using System.Numerics.Tensors;
using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>A share of the entries of a set, chosen by magnitude among all its tensors together (FLASC, Kuo et al. 2024).</summary>
public static class LargestEntries
{
    private const double Rounding = 1e-9;

    /// <summary>How many entries a share of them is: ⌊density · entries⌋.</summary>
    public static int Count(long entries, double density) => checked((int)Math.Floor((density * entries) + Rounding));

    /// <summary>Where they are; of equal magnitudes those first in key order.</summary>
    public static IReadOnlyDictionary<TensorKey, TensorPart> Of(ParameterSet set, double density)
    {
        var count = Count(set.Elements, density);
        var magnitudes = new float[checked((int)set.Elements)];
        var start = 0;
        foreach (var tensor in set)
        {
            TensorPrimitives.Abs(tensor.Values, magnitudes.AsSpan(start));
            start += tensor.Values.Length;
        }

        Array.Sort(magnitudes);
        var least = count == 0 ? float.PositiveInfinity : magnitudes[^count];
        var equal = magnitudes.AsSpan(magnitudes.Length - count).Count(least);
        return set.ToDictionary(tensor => tensor.Key, tensor => TensorPart.Entries(tensor.Shape, Marks.Of(tensor.Values.Length, Chosen(tensor.Values))));

        IEnumerable<int> Chosen(float[] values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var magnitude = Math.Abs(values[i]);
                if (magnitude > least || (magnitude == least && equal-- > 0))
                {
                    yield return i;
                }
            }
        }
    }

    /// <summary>The set with its other entries zero.</summary>
    public static ParameterSet Alone(ParameterSet set, double density)
    {
        var parts = Of(set, density);
        return new(set.Select(tensor => tensor with { Values = parts[tensor.Key].Unpack(parts[tensor.Key].Pack(tensor.Values)) }));
    }
}
