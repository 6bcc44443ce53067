using Tributary.Learning.Autograd;

namespace Tributary.Federation.Clients;

/// <summary>What happens around an optimizer step.</summary>
internal interface IStepHook
{
    /// <summary>The gradient is there, not yet clipped.</summary>
    void Before(TrainableVector vector);

    /// <summary>The values have moved.</summary>
    /// <param name="vector">The values and their gradient.</param>
    /// <param name="trained">The stretches that the step moved.</param>
    /// <param name="rate">Its learning rate.</param>
    void After(TrainableVector vector, TrainableRanges trained, double rate);
}
