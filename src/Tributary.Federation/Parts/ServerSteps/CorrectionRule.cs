using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>The joined factors, B drawn towards the mean update (LoRA-FAIR, Bian et al. 2024); A stays as joined.</summary>
internal sealed class CorrectionRule(ServerStep.CorrectB step, IServerRule model) : IServerRule
{
    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var next = model.Apply(state, joined, updates);
        var corrected = updates.Pairs.Where(updates.IsSent).Select(pair => Corrected(pair, next.Model, updates));
        return next.WithModel(next.Model.ReplacedBy(new ParameterSet(corrected)));
    }

    private HostTensor Corrected(LoraPair pair, ParameterSet means, WeighedUpdates updates)
    {
        var (a, b) = (LoraPair.Matrix(means[pair.A]), LoraPair.Matrix(means[pair.B]));
        var mean = updates.Stack(pair)!;

        // The module's scale counts neither in the target nor in the product.
        var target = mean with { Scale = mean.Scale / pair.Scale };
        var correction = step.Metric == ProductMetric.Cosine
            ? FactorCorrection.ByCosine(target, a, b, step.Lambda, step.Steps, step.LearningRate)
            : FactorCorrection.BySquaredError(target, a, b, step.Lambda);
        return means[pair.B] with { Values = b.Plus(correction).ToSingles() };
    }
}
