using Tributary.Federation.Parts;
using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>What the blocks of the trained matrices do to the loss, to first order: Σ |⟨gradient, step⟩| over the steps of training, the step as the optimizer took it.</summary>
internal sealed class BlockImpact : IStepHook
{
    private readonly IBackend backend;
    private readonly (TensorKey Key, int Start, int Length, double[] Sums)[] tensors;
    private readonly float[] gradient;
    private float[] before;
    private float[] after;

    /// <summary>Begins at the present values.</summary>
    public BlockImpact(BlockGrid grid, TrainableVector vector, IBackend backend)
    {
        this.backend = backend;
        (gradient, before, after) = (new float[vector.Length], new float[vector.Length], new float[vector.Length]);
        var cut = new List<(TensorKey, int, int, double[])>();
        var start = 0;
        foreach (var parameter in vector.Parameters)
        {
            if (grid.Covers(parameter.Key, parameter.Shape))
            {
                cut.Add((parameter.Key, start, grid.LengthOf(parameter.Shape), new double[grid.CountOf(parameter.Shape)]));
            }

            start += HostTensor.Count(parameter.Shape);
        }

        tensors = [.. cut];
        backend.Read(vector.Values, before);
    }

    /// <summary>Notes the gradient of a step, not yet clipped.</summary>
    public void Before(TrainableVector vector) => backend.Read(vector.Gradient, gradient);

    /// <summary>Notes where the step has led.</summary>
    public void After(TrainableVector vector, TrainableRanges trained, double rate)
    {
        backend.Read(vector.Values, after);
        foreach (var (_, start, length, sums) in tensors)
        {
            for (var block = 0; block < sums.Length; block++)
            {
                var product = 0.0;
                for (var i = start + (block * length); i < start + ((block + 1) * length); i++)
                {
                    product += (double)gradient[i] * ((double)after[i] - before[i]);
                }

                sums[block] += Math.Abs(product);
            }
        }

        (before, after) = (after, before);
    }

    /// <summary>The impact of every block of each matrix that is cut.</summary>
    public IReadOnlyDictionary<TensorKey, double[]> Sums => tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Sums);
}
