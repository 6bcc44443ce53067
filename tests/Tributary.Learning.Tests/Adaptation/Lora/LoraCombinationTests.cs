using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Adaptation.Lora;

public class LoraCombinationTests
{
    private static readonly double[] Weights = [0.7, -0.45];

    [Fact]
    public void Stacked_adapters_are_the_weighted_sum_of_their_updates_also_where_one_is_missing()
    {
        using var adapted = Two();
        var (adapter, values) = Combination(adapted).Stacked();

        var first = ((LoraAdapter)adapted.Adapters[0]).Sites;
        var second = ((LoraAdapter)adapted.Adapters[1]).Sites;
        adapter.Config.Rank.ShouldBe(5);
        adapter.Sites.Count.ShouldBe(first.Concat(second).Select(s => s.Module).Distinct().Count());
        foreach (var site in adapter.Sites)
        {
            var expected = new double[site.Module.Weight.Shape[0] * site.Module.Weight.Shape[1]];
            Add(expected, first.FirstOrDefault(s => s.Module == site.Module), adapted.Moved, Weights[0]);
            Add(expected, second.FirstOrDefault(s => s.Module == site.Module), adapted.Moved, Weights[1]);
            site.Delta(values).ShouldBe(expected, 1e-6);
        }
    }

    [Fact]
    public void Truncated_to_their_common_rank_nothing_is_lost_and_below_it_little()
    {
        using var adapted = Two();
        var (stacked, stackedValues) = Combination(adapted).Stacked();
        var (whole, wholeValues) = Combination(adapted).Truncated(5);
        var (part, partValues) = Combination(adapted).Truncated(2);
        foreach (var (site, i) in stacked.Sites.Select((s, i) => (s, i)))
        {
            var exact = site.Delta(stackedValues);
            whole.Sites[i].Delta(wholeValues).ShouldBe(exact, 1e-6);

            // The best of its rank: what is left over is the root of the squares of the singular values that were cut.
            var lost = Math.Sqrt(part.Sites[i].Delta(partValues).Zip(exact, (x, y) => (x - y) * (x - y)).Sum());
            var values = Numerics.LinearAlgebra.JacobiSvd.Of(site.Factors(stackedValues).Product()).S;
            lost.ShouldBe(Math.Sqrt(values.Skip(2).Sum(s => s * s)), 1e-5);
        }
    }

    [Fact]
    public void What_is_not_low_rank_alone_cannot_be_combined()
    {
        using var adapted = new AdaptedModel(new AdapterCase(TinyModels.Llama, new LoraConfig(2, 4, Dora: true)));
        Should.Throw<InputException>(() => new LoraCombination(adapted.Model, [((LoraAdapter)adapted.Adapters[0], adapted.Moved)], [1])).Message.ShouldContain("DoRA");
    }

    private static AdaptedModel Two() => new(new AdapterCase(TinyModels.Llama, new SeveralConfig(new Dictionary<string, AdapterConfig>
    {
        ["a"] = new LoraConfig(2, 4),
        ["b"] = new LoraConfig(3, 2, Targets: ["v_proj", "up_proj"]),
    })));

    private static LoraCombination Combination(AdaptedModel adapted) =>
        new(adapted.Model, [.. adapted.Parts.Select(p => ((LoraAdapter)p.Adapter, p.Values))], Weights);

    private static void Add(double[] sum, LoraSite? site, ParameterSet values, double weight)
    {
        var delta = site?.Delta(values) ?? [];
        for (var i = 0; i < delta.Length; i++)
        {
            sum[i] += weight * delta[i];
        }
    }
}
