using Tributary.Learning.Adaptation;
using Tributary.Learning.Training;

namespace Tributary.Federation.Clients;

/// <summary>A learner's base model. Other adapters than its own, or fewer blocks, get a learner of their own for as long as the work lasts.</summary>
public sealed class LearnerBackbone(Learner learner) : IClientBackbone
{
    /// <inheritdoc/>
    public T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, Func<IClientModel, T> work)
    {
        if (adaptation is null && leftOut is null)
        {
            return work(new LearnerModel(learner));
        }

        using var sibling = learner.Sibling(adaptation?.ForTask(learner.Model.Shape.Task).Resolve(learner.Model), leftOut);
        return work(new LearnerModel(sibling));
    }
}
