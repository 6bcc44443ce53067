using Tributary.Learning.Autograd;

namespace Tributary.Federation.Clients;

/// <summary>A term of the objective over the trained values alone.</summary>
internal interface IPenalty : IDisposable
{
    /// <summary>Adds its gradient at the present values.</summary>
    void AddGradient(TrainableVector vector);
}
