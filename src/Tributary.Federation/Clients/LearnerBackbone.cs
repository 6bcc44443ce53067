using Tributary.Learning.Adaptation;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;

namespace Tributary.Federation.Clients;

/// <summary>A learner's base model. Other adapters than its own, or fewer blocks, get a learner of their own for as long as the work lasts.</summary>
/// <param name="learner">Has the adapters that all agreed on.</param>
/// <param name="gradient">Finds that learner's losses and gradients.</param>
public sealed class LearnerBackbone(Learner learner, IGradient gradient) : IClientBackbone
{
    /// <summary>A learner that finds its losses and gradients itself.</summary>
    public LearnerBackbone(Learner learner)
        : this(learner, learner)
    {
    }

    /// <inheritdoc/>
    public T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, ParameterSet updates, Func<IClientModel, T> work)
    {
        if (adaptation is null && leftOut is null)
        {
            learner.WriteBase(updates);
            return work(new LearnerModel(learner, gradient));
        }

        using var sibling = learner.Sibling(adaptation?.ForTask(learner.Model.Shape.Task).Resolve(learner.Model), leftOut);
        sibling.WriteBase(updates);
        return work(new LearnerModel(sibling));
    }
}
