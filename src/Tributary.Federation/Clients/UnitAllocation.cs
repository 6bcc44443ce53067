using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Rounds;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Clients;

/// <summary>A client's choice of the units it trains, by the gradient of a first batch: what it holds from then on, and the scores it reports.</summary>
internal sealed record UnitAllocation(Holding Holding, HostTensor Scores)
{
    private const double Rounding = 1e-9;

    /// <summary>Chooses for an order whose capacity leaves the choice to the client; null otherwise. The model holds the values that training begins from.</summary>
    public static UnitAllocation? Of(WorkOrder order, MessageBody received, IClientModel model, TokenizedDataset data)
    {
        if (order.Method.Capacity is not Capacity.Knapsack knapsack || order.Holding.Budget is not { } budget)
        {
            return null;
        }

        var layout = new TensorLayout(model.Trainable.Parameters.Select(parameter => (parameter.Key, parameter.Shape)));
        var units = TensorUnits.Of(layout, order.Method.Adaptation, knapsack.Unit);
        var own = Shares(units.SquaredNorms(GradientProbe.Gradient(order, model, data)));
        var mixed = received.Section(MessageBody.Scores).TryGet(TensorUnits.ScoreKey, out var known)
            ? own.Select((score, unit) => (knapsack.Mix * score) + ((1 - knapsack.Mix) * known.Values[unit]))
            : own;
        var costs = units.Costs(layout, knapsack.Cost);
        var taken = Knapsack.Solve([.. mixed], costs, (long)Math.Floor((budget * costs.Sum()) + Rounding));
        var scores = new HostTensor(TensorUnits.ScoreKey, [units.Count], Array.ConvertAll(own, score => (float)score));
        return new UnitAllocation(order.Holding with { Tensors = units.Names(layout, taken), Budget = null }, scores);
    }

    private static double[] Shares(double[] scores)
    {
        var sum = scores.Sum();
        return Array.ConvertAll(scores, score => sum > 0 && double.IsFinite(sum) ? score / sum : 0);
    }
}
