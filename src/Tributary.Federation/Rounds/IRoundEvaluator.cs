using Tributary.Federation.State;

namespace Tributary.Federation.Rounds;

/// <summary>Measures the model of a round before it is committed, so that a resumed run need not measure again.</summary>
public interface IRoundEvaluator
{
    /// <summary>Metrics by name ("validation_loss"…); empty when this round is not measured.</summary>
    /// <param name="round">The round's number, from 1.</param>
    /// <param name="state">The state about to be committed.</param>
    /// <param name="cancellation">Stops early.</param>
    ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(int round, ServerState state, CancellationToken cancellation);
}
