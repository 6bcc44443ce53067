using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>Hidden units in descending order of salience, all tensors that count them alike, so that the model's function stays (RaFFM, Yu et al. 2023).</summary>
internal sealed class SalienceRule(IServerRule model) : IServerRule
{
    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates) => Ordered(model.Apply(state, joined, updates), updates.Contents.Layout.Units);

    /// <summary>The state with its model's units in order; of equal ones the first stays first.</summary>
    public static ServerState Ordered(ServerState state, IReadOnlyList<UnitSpace> spaces)
    {
        var tensors = state.Model.ToDictionary(tensor => tensor.Key.Name);
        foreach (var space in spaces)
        {
            var scores = Scores(space, tensors);
            int[] order = [.. Enumerable.Range(0, space.Count).OrderByDescending(unit => scores[unit])];
            foreach (var axis in space.Axes)
            {
                tensors[axis.Tensor] = tensors[axis.Tensor].Reordered(axis.Axis, axis.Start, order);
            }
        }

        return state.WithModel(new ParameterSet(tensors.Values));
    }

    /// <summary>What each unit of a space is worth: the mean over the matrices that make it of the L1 norm of their slices.</summary>
    public static double[] Scores(UnitSpace space, IReadOnlyDictionary<string, HostTensor> tensors)
    {
        var (scores, inputs) = (new double[space.Count], space.Axes.Where(axis => axis.IsInput).ToArray());
        foreach (var axis in inputs)
        {
            var (shape, values) = (tensors[axis.Tensor].Shape, tensors[axis.Tensor].Values);
            var inner = HostTensor.Count(shape.AsSpan(axis.Axis + 1));
            for (var i = 0; i < values.Length; i++)
            {
                var unit = (i / inner % shape[axis.Axis]) - axis.Start;
                if (unit >= 0 && unit < scores.Length)
                {
                    scores[unit] += Math.Abs(values[i]) / (double)inputs.Length;
                }
            }
        }

        return scores;
    }
}
