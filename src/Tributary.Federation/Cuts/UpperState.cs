using Tributary.Federation.Parts.Cuts;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Cuts;

/// <summary>The upper part of a cut model between two visits.</summary>
/// <param name="Values">Its trained tensors.</param>
/// <param name="Optimizer">Moments and steps of its optimizer; empty is a fresh one.</param>
internal sealed record UpperState(ParameterSet Values, ParameterSet Optimizer)
{
    /// <summary>With the states of optimizers of stretches one after another.</summary>
    public static ParameterSet Of(IReadOnlyList<OptimizerState> stretches) => new(
        Moments.Select((moment, place) => new HostTensor(CutRules.MomentKeys[place], [stretches.Sum(state => moment(state).Length)], [.. stretches.SelectMany(moment)]))
            .Where(tensor => tensor.Values.Length > 0)
            .Append(new HostTensor(CutRules.StepsKey, [1], [stretches.Count == 0 ? 0 : stretches[0].Steps])));

    /// <summary>The state of the optimizer of a stretch; null when all begin anew.</summary>
    /// <param name="start">Numbers of the stretches before it.</param>
    /// <param name="length">Its own numbers.</param>
    public OptimizerState? Stretch(int start, int length)
    {
        if (!Optimizer.TryGet(CutRules.StepsKey, out var steps))
        {
            return null;
        }

        float[] Part(int place) => Optimizer.TryGet(CutRules.MomentKeys[place], out var all) ? all.Values.AsSpan(start, length).ToArray() : [];
        return new OptimizerState((long)steps.Values[0], Part(0), Part(1), Part(2));
    }

    private static IReadOnlyList<Func<OptimizerState, float[]>> Moments { get; } = [state => state.First, state => state.Second, state => state.Third];
}
