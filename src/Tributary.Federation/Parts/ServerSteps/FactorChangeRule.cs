using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>After some rounds the change of whole matrices becomes LoRA's first factors (SLoRA, Babakniya et al. 2023). Until then the state has their beginning too.</summary>
internal sealed class FactorChangeRule(ServerStep.FactorChange step, IServerRule model) : IServerRule
{
    /// <summary>The section of whole tensors as they were before the first round.</summary>
    public const string Beginning = "beginning";

    private const string Weight = ".weight";
    private const string Prefix = "base_model.model.";

    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        if (state.Version >= step.After)
        {
            return model.Apply(state, joined, updates);
        }

        var begun = state.Version == 0 ? state.WithSection(Beginning, state.Model.Where(key => key.Adapter == step.Whole)) : state;
        var next = model.Apply(begun, joined, updates);
        return next.Version + 1 < step.After ? next : Factored(next, updates.Pairs);
    }

    private ServerState Factored(ServerState state, IReadOnlyList<LoraPair> pairs)
    {
        var beginning = state.Body.Section(Beginning);
        var changes = pairs.Where(pair => pair.A.Adapter == step.Low)
            .Select(pair => (Pair: pair, Key: WholeOf(pair)))
            .Where(found => beginning.TryGet(found.Key, out _))
            .Select(found => (found.Pair, Change: Change(state.Model[found.Key], beginning[found.Key]))).ToArray();

        // Some families store inputs first; of a square matrix only its neighbours tell.
        var anyTransposed = changes.Any(found => IsTransposed(state.Model, found.Pair, found.Change));
        var factors = changes.SelectMany(found => Factors(state.Model, found.Pair,
            IsTransposed(state.Model, found.Pair, found.Change) || (anyTransposed && found.Change.Rows == found.Change.Columns) ? found.Change.Transposed() : found.Change));
        return state.WithModel(state.Model.ReplacedBy(beginning).ReplacedBy(new ParameterSet(factors))).WithSection(Beginning, ParameterSet.Empty);
    }

    private static IEnumerable<HostTensor> Factors(ParameterSet model, LoraPair pair, HostMatrix change)
    {
        var (a, b) = (LoraPair.Matrix(model[pair.A]), LoraPair.Matrix(model[pair.B]));
        var best = LeadingSvd.Of(change, Math.Min(a.Rows, Math.Min(change.Rows, change.Columns)), pair.A.WireName);
        for (var k = 0; k < best.S.Length && best.S[k] > 0; k++)
        {
            for (var i = 0; i < a.Columns; i++)
            {
                a[k, i] = best.V[i, k];
            }

            for (var o = 0; o < b.Rows; o++)
            {
                b[o, k] = best.U[o, k] * best.S[k] / pair.Scale;
            }
        }

        return [model[pair.A] with { Values = a.ToSingles() }, model[pair.B] with { Values = b.ToSingles() }];
    }

    private TensorKey WholeOf(LoraPair pair)
    {
        var path = pair.A.Name[..pair.A.Name.LastIndexOf(".lora_", StringComparison.Ordinal)];
        return pair.A with { Adapter = step.Whole, Role = "weight", Name = (path.StartsWith(Prefix, StringComparison.Ordinal) ? path[Prefix.Length..] : path) + Weight };
    }

    private static HostMatrix Change(HostTensor now, HostTensor then) => LoraPair.Matrix(now).Minus(LoraPair.Matrix(then));

    private static bool IsTransposed(ParameterSet model, LoraPair pair, HostMatrix change) =>
        change.Rows != change.Columns && change.Rows == model[pair.A].Shape[1] && change.Columns == model[pair.B].Shape[0];
}
