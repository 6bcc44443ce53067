using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Servings;

/// <summary>
/// Two adapters of one shape as one: w₁ times the tensors of the shared one plus w₂ times those of the own (for LoRA factor by factor, so that the product has cross terms), the
/// weights searched without gradients from (0, 0) on (FDLoRA, Qi et al. 2024).
/// </summary>
/// <param name="choice">The settings.</param>
/// <param name="values">All tensors of the model; they stay as they are.</param>
public sealed class AdapterFusion(Serving.Fused choice, ParameterSet values)
{
    /// <summary>The tensors with the fused adapter in the place of the shared one.</summary>
    public ParameterSet At(double shared, double own) => values.ReplacedBy(new ParameterSet(values.Where(key => key.Adapter == choice.Shared).Select(tensor =>
    {
        var other = values[tensor.Key with { Adapter = choice.Own }].Values;
        return tensor with { Values = [.. tensor.Values.Select((value, i) => (float)((shared * value) + (own * other[i])))] };
    })));

    /// <summary>Leaves the model with the best fusion found and gives its weights: of a compass search, with steps of one that halve when none of four directions is better.</summary>
    public (double Shared, double Own) Search(IClientModel model, TokenizedDataset data)
    {
        var best = (Shared: 0.0, Own: 0.0);
        var (lowest, left, step) = (Objective(model, data, best), choice.Evaluations - 1, 1.0);
        while (left > 0)
        {
            var from = best;
            foreach (var (x, y) in (ReadOnlySpan<(double, double)>)[(step, 0), (0, step), (-step, 0), (0, -step)])
            {
                var tried = (Shared: Math.Clamp(from.Shared + x, -choice.Bound, choice.Bound), Own: Math.Clamp(from.Own + y, -choice.Bound, choice.Bound));
                if (left-- > 0 && Objective(model, data, tried) is var value && value < lowest)
                {
                    (best, lowest) = (tried, value);
                }
            }

            step = best == from ? step / 2 : step;
        }

        Put(model, best);
        return best;
    }

    /// <summary>Mean loss on some of the samples + penalty · mean(|w₁|, |w₂|).</summary>
    public double Objective(IClientModel model, TokenizedDataset data, (double Shared, double Own) weights)
    {
        Put(model, weights);
        var rows = new TokenRows();
        var (loss, terms) = (0.0, 0);
        for (var first = 0; first < Math.Min(data.Count, choice.Samples); first += choice.SamplesAtOnce)
        {
            data.Fill(rows, [.. Enumerable.Range(first, Math.Min(choice.SamplesAtOnce, Math.Min(data.Count, choice.Samples) - first))]);
            var count = model.Terms(rows);
            (loss, terms) = (loss + (model.Loss(rows) * count), terms + count);
        }

        return (loss / Math.Max(terms, 1)) + (choice.Penalty * (Math.Abs(weights.Shared) + Math.Abs(weights.Own)) / 2);
    }

    private void Put(IClientModel model, (double Shared, double Own) weights)
    {
        model.Write(At(weights.Shared, weights.Own));
        model.Mix(new Dictionary<string, double> { [choice.Shared] = 1 });
    }
}
