using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "federa")]
public sealed class FedeRaTests
{
    private const int Rank = 3;
    private const double Alpha = 6;
    private static readonly LoraConfig Config = new(Rank, Alpha, Targets: ["q_proj", "k_proj", "down_proj"]);

    [Fact]
    [Checks(1)]
    public void Factors_and_the_rest_are_the_base_weight_and_the_model_is_unchanged_at_first()
    {
        using var federation = Federation(Catalogue.FedeRa);
        foreach (var site in Sites(federation))
        {
            var weight = Weight(site);
            var whole = Rest(site, federation.Start).Plus(Own(site, federation.Start));
            LoraFederation.Distance(whole, weight).ShouldBeLessThan(1e-5 * Math.Sqrt(weight.Values.Sum(v => v * v)));
        }

        federation.Learner.Write(federation.Start);
        federation.Learner.Logits(Rows()).ShouldBe(federation.BaseLogits(), 1e-4);
    }

    [Fact]
    [Checks(2, 3)]
    public void Factors_are_balanced_and_the_rest_begins_at_the_next_singular_value()
    {
        using var federation = Federation(Catalogue.FedeRa);
        foreach (var site in Sites(federation))
        {
            var (a, b) = (LoraFederation.Matrix(federation.Start[site.A]), LoraFederation.Matrix(federation.Start[site.B]));
            var values = JacobiSvd.Of(Weight(site)).S;
            double[] expected = [.. Enumerable.Range(0, Rank * Rank).Select(i => i % (Rank + 1) == 0 ? values[i / Rank] / (Alpha / Rank) : 0)];
            a.Times(a.Transposed()).Values.ShouldBe(expected, 1e-5);
            b.Transposed().Times(b).Values.ShouldBe(expected, 1e-5);
            JacobiSvd.Of(Rest(site, federation.Start)).S[0].ShouldBe(values[Rank], 1e-5);
        }
    }

    [Fact]
    [Checks(4)]
    public void Every_client_finds_the_same_bits()
    {
        using var federation = Federation(Catalogue.FedeRa);
        using var other = Federation(Catalogue.FedeRa);
        federation.Start.Zip(other.Start).ShouldAllBe(pair => pair.First.Key == pair.Second.Key && pair.First.Values.SequenceEqual(pair.Second.Values));

        // Signs follow a rule: the largest entry of each left vector is positive.
        foreach (var site in Sites(federation))
        {
            var b = LoraFederation.Matrix(federation.Start[site.B]);
            b.Transposed().Values.Chunk(b.Rows).ShouldAllBe(column => column.MaxBy(Math.Abs) > 0);
        }

        // What travels is what travels in FedIT.
        federation.Run(2);
        using var plain = Federation(Catalogue.FedIt);
        plain.Run(2);
        federation.Ledger.Total.ShouldBe(plain.Ledger.Total);
        federation.Visits.ShouldAllBe(visit => visit.Down.Section("base").Count == 0);
    }

    [Fact]
    [Checks(5)]
    public void A_has_a_gradient_at_the_first_step_and_averages_are_off_by_another_amount()
    {
        var moved = new List<double>();
        foreach (var method in (Method[])[Catalogue.FedeRa, Catalogue.FedIt])
        {
            using var federation = Federation(method with { LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Budget = new Budget.Steps(1) }) });
            federation.Learner.Write(federation.Start);
            federation.Learner.Trainable.ZeroGradient();
            federation.Learner.AddGradient(Rows());
            moved.Add(federation.Learner.Trainable.ReadGradient().Where(tensor => tensor.Key.Role == "lora_A").Max(tensor => tensor.Values.Max(Math.Abs)));
        }

        moved[0].ShouldBeGreaterThan(1e-4);
        moved[1].ShouldBe(0);
        Math.Abs(AggregationErrorOf(Catalogue.FedeRa) - AggregationErrorOf(Catalogue.FedIt)).ShouldBeGreaterThan(1e-6);
    }

    [Fact]
    public void The_update_is_exported_with_at_most_twice_the_rank()
    {
        using var federation = Federation(Catalogue.FedeRa);
        var state = federation.Run(2)[1];
        federation.Learner.Write(state.Served);
        var logits = federation.Learner.Logits(Rows());
        var (adapters, values) = BaseAbsorption.Absorb(federation.Learner.Model, Adapters(federation), state.Served);
        ((LoraAdapter)adapters[0]).Config.Rank.ShouldBe(2 * Rank);
        using var other = federation.Learner.Sibling(adapters);
        other.Write(values);
        other.Logits(Rows()).ShouldBe(logits, 1e-4);
    }

    [Fact]
    public void A_large_weight_gives_its_leading_directions_too()
    {
        const string Wide = """
            {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":37,"max_position_embeddings":48,"hidden_size":320,"num_hidden_layers":1,
            "num_attention_heads":4,"num_key_value_heads":4,"intermediate_size":32,"tie_word_embeddings":true}
            """;
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(Wide, backend, new RandomTensors(3, 0.3));
        var adapter = new LoraAdapter(new LoraConfig(4, 4, Targets: ["q_proj"]), model);
        var values = BaseSplit.Of([adapter], adapter.Initial(model, 1));
        var site = adapter.Sites[0];
        var (a, b) = (LoraFederation.Matrix(values[site.A]), LoraFederation.Matrix(values[site.B]));

        // Of a random matrix the leading singular values lie close together: the hardest case for a range finder.
        var exact = JacobiSvd.Of(Weight(site)).S;
        var found = b.Transposed().Times(b);
        for (var k = 0; k < 4; k++)
        {
            (found[k, k] / exact[k]).ShouldBe(1, 0.02);
        }

        LoraFederation.Distance(Rest(site, values).Plus(b.Times(a)), Weight(site)).ShouldBeLessThan(1e-4);
    }

    [Fact]
    public void Clients_of_different_ranks_are_refused() =>
        MethodRules.Refusals(Catalogue.FedeRa with { Capacity = new Capacity.Ranks(), Dispatch = new Dispatch.Slice() }).ShouldHaveSingleItem().ShouldContain("one rank");

    private static ModelFederation Federation(Method method) => new(method with { Adaptation = Config }, [ModelFederation.Texts(1, 6), ModelFederation.Texts(7, 9)]);

    private static double AggregationErrorOf(Method method)
    {
        using var federation = Federation(method);
        federation.Run(1);
        return federation.Metrics[0]["aggregation_error"];
    }

    private static IReadOnlyList<IAdapter> Adapters(ModelFederation federation) => Config.Resolve(federation.Learner.Model);

    private static IReadOnlyList<LoraSite> Sites(ModelFederation federation) => ((LoraAdapter)Adapters(federation)[0]).Sites;

    private static HostMatrix Weight(LoraSite site) => HostMatrix.Of(site.Module.Weight.Shape[0], site.Module.Weight.Shape[1], site.Module.Weight.ReadValues());

    private static HostMatrix Own(LoraSite site, ParameterSet values) => site.Factors(values).Product();

    private static HostMatrix Rest(LoraSite site, ParameterSet values)
    {
        var linear = (Linear)site.Module;
        return Weight(site).Plus(BaseUpdate.Of(site.A, linear.Outputs, linear.Inputs).In(values)!.Product());
    }

    private static TokenRows Rows()
    {
        var rows = new TokenRows();
        rows.Add([1, 2, 3, 4], [2, 3, 4, TokenRows.Ignore]);
        return rows;
    }
}
