using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>x ← x + lr·m / (√v + tau) without bias correction (Reddi et al. 2021, algorithm 2); the methods differ in how v moves.</summary>
/// <param name="learningRate">Server rate.</param>
/// <param name="beta1">Decay of m.</param>
/// <param name="tau">Degree of adaptivity; v begins at its square.</param>
/// <param name="form">How m begins and what v sees.</param>
/// <param name="second">(v, g) → v after the step.</param>
internal sealed class AdaptiveRule(double learningRate, double beta1, double tau, MomentForm form, Func<double, double, double> second) : IServerRule
{
    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates) => Moments.Advance(state, joined, learningRate, (delta, _, before) =>
    {
        var moment = before is null && form == MomentForm.OpenFedLlm ? delta : (before is { First: var m } ? beta1 * m : 0) + ((1 - beta1) * delta);
        var square = second(before is { Second: var v } ? v : tau * tau, form == MomentForm.OpenFedLlm ? moment : delta);
        return (moment, square, moment / (Math.Sqrt(square) + tau));
    });
}
