using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Numerics;

namespace Tributary.Simulation.Runs;

/// <summary>Measures a round's global model on the union of the validation rows, and offers it as the best one where that is wanted.</summary>
internal sealed class UnionEvaluator(RunSetup setup, ModelLoss losses, ServedModels served, BestModel? best) : IRoundEvaluator
{
    /// <summary>Name of the figure in a round's report.</summary>
    public const string ValidationLoss = "validation_loss";

    public async ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(int round, ServerState state, CancellationToken cancellation)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (round % setup.EvaluateEvery == 0 || round == setup.Rounds)
        {
            var loss = ModelLoss.Union(await losses.ByOwnerAsync(served.For(state), cancellation).ConfigureAwait(false));
            if (loss is { } value)
            {
                metrics[ValidationLoss] = double.IsFinite(value)
                    ? value
                    : throw new RunException($"round {round}: the validation loss is {value:R}; the state after round {round - 1} is kept. Lower the learning rate.");
                best?.Offer(round, value, state.Served);
            }
        }

        return metrics;
    }
}
