using Tributary.Federation.Clients;
using Tributary.Learning.Models;
using Tributary.Learning.Training;

namespace Tributary.Federation.Parts.Servings;

/// <summary>p(y) = share · p of the nearest stored states + (1 − share) · p of the model, for every target (Khandelwal et al. 2020).</summary>
/// <param name="choice">The settings.</param>
/// <param name="model">The model that made the store, with the same values.</param>
/// <param name="store">The stored states.</param>
public sealed class NeighbourInterpolation(Serving.Neighbours choice, IClientModel model, NeighbourStore store) : ILoss
{
    /// <inheritdoc/>
    public double Loss(TokenRows batch)
    {
        if (choice.Share == 0)
        {
            return model.Loss(batch);
        }

        var part = new TokenRows();
        var (loss, targets) = (0.0, 0);
        for (var sequence = 0; sequence < batch.SegmentCount; sequence++)
        {
            batch.CopyTo(part, sequence, sequence + 1);
            var (states, logits, labels) = model.Targets(part);
            var shares = store.Shares(states, labels.Length, choice.Count, choice.Temperature);
            for (var i = 0; i < labels.Length; i++)
            {
                loss -= Math.Log(Probabilities(shares[i], Row(logits, i, labels.Length))[labels[i]]);
            }

            targets += labels.Length;
        }

        return loss / Math.Max(targets, 1);
    }

    /// <summary>The probability of every token.</summary>
    public double[] Probabilities(ReadOnlySpan<float> state, ReadOnlySpan<float> logits) => Probabilities(store.Shares(state, choice.Count, choice.Temperature), logits);

    private double[] Probabilities(IReadOnlyDictionary<int, double> shares, ReadOnlySpan<float> logits)
    {
        var probabilities = new double[logits.Length];
        var (largest, sum) = (double.NegativeInfinity, 0.0);
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        for (var i = 0; i < logits.Length; i++)
        {
            sum += probabilities[i] = Math.Exp(logits[i] - largest);
        }

        for (var i = 0; i < logits.Length; i++)
        {
            probabilities[i] *= (1 - choice.Share) / sum;
        }

        foreach (var (token, share) in shares)
        {
            probabilities[token] += choice.Share * share;
        }

        return probabilities;
    }

    private static ReadOnlySpan<float> Row(float[] values, int row, int rows) => values.AsSpan(values.Length / rows * row, values.Length / rows);
}
