using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>The stretches of a trainable vector whose tensors are selected; neighbours are one stretch, so that training everything is one update.</summary>
internal sealed class TrainableRanges
{
    private readonly List<(int Start, int Length)> selected = [];
    private readonly List<(int Start, int Length)> others = [];

    /// <summary>Finds the stretches.</summary>
    public TrainableRanges(TrainableVector vector, Func<TensorKey, bool> selects)
    {
        var start = 0;
        foreach (var parameter in vector.Parameters)
        {
            var length = HostTensor.Count(parameter.Shape);
            Append(selects(parameter.Key) ? selected : others, start, length);
            start += length;
        }
    }

    /// <summary>Start and length of each selected stretch.</summary>
    public IReadOnlyList<(int Start, int Length)> Selected => selected;

    /// <summary>Zeroes what is not selected, so that norms over the whole vector see the selected part alone.</summary>
    public void ClearOthers(IBackend backend, Matrix vector)
    {
        foreach (var (start, length) in others)
        {
            backend.Fill(vector.ColumnRange(start, length), 0);
        }
    }

    private static void Append(List<(int Start, int Length)> ranges, int start, int length)
    {
        if (ranges.Count > 0 && ranges[^1].Start + ranges[^1].Length == start)
        {
            ranges[^1] = (ranges[^1].Start, ranges[^1].Length + length);
        }
        else if (length > 0)
        {
            ranges.Add((start, length));
        }
    }
}
