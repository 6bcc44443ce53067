using Tributary.Federation.Clients;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;

namespace Tributary.Federation.Tests.Methods;

[Specification(6, "fedmem")]
public sealed class FedMemTests : IDisposable
{
    private static readonly TokenizedDataset Own = ModelFederation.Texts(1, 6);
    private readonly TinyOwners models = new();

    [Fact]
    [Checks(1)]
    public void With_share_zero_it_is_the_global_model_and_with_share_one_only_stored_tokens_are_possible()
    {
        var model = Model();
        var store = new NeighbourStore(model, Own, 1);
        var rows = Rows(ModelFederation.Texts(3, 2));
        new NeighbourInterpolation(new Serving.Neighbours(Share: 0), model, store).Loss(rows).ShouldBe(model.Loss(rows));

        var stored = Own.Examples.SelectMany(example => example.Labels).Where(label => label >= 0).ToHashSet();
        var (states, logits, labels) = model.Targets(rows);
        for (var i = 0; i < labels.Length; i++)
        {
            var shares = new NeighbourInterpolation(new Serving.Neighbours(Share: 1), model, store).Probabilities(Row(states, i, labels), Row(logits, i, labels));
            Enumerable.Range(0, shares.Length).Where(token => shares[token] > 0).ShouldAllBe(token => stored.Contains(token));
        }
    }

    [Fact]
    [Checks(2)]
    public void Probabilities_sum_to_one_whatever_the_settings_also_with_more_neighbours_than_there_are()
    {
        var model = Model();
        var store = new NeighbourStore(model, Own, 1);
        var (states, logits, labels) = model.Targets(Rows(ModelFederation.Texts(3, 2)));
        foreach (var choice in (Serving.Neighbours[])[new(), new(1, 0.2, 0.01), new(10_000, 0.7, 1e6), new(3, 1, 1)])
        {
            for (var i = 0; i < labels.Length; i++)
            {
                var probabilities = new NeighbourInterpolation(choice, model, store).Probabilities(Row(states, i, labels), Row(logits, i, labels));
                probabilities.Sum().ShouldBe(1, 1e-9);
                probabilities.ShouldAllBe(p => p >= 0);
            }
        }
    }

    [Fact]
    [Checks(3)]
    public void A_stored_state_gives_all_to_its_token_when_asked_alone()
    {
        var model = Model();
        var store = new NeighbourStore(model, Own, 1);
        var (states, _, labels) = model.Targets(Rows(Own.First(1)));
        for (var i = 0; i < labels.Length; i++)
        {
            store.Shares(Row(states, i, labels), 1, 10).Single().ShouldBe(new KeyValuePair<int, double>(labels[i], 1));
        }
    }

    [Fact]
    [Checks(4)]
    public void The_store_has_every_target_token_and_says_of_which_version_it_is()
    {
        var store = new NeighbourStore(Model(), Own, 7);
        store.Count.ShouldBe(Own.Examples.Sum(example => example.LabelledTokens));
        store.Version.ShouldBe(7);
    }

    [Fact]
    [Checks(4, 5)]
    public void The_memory_is_made_anew_for_every_state_and_nothing_of_it_travels()
    {
        using var federation = new OwnerFederation(Method(new Serving.Neighbours()), [models.Make("a", new LoraConfig(2, 4), Own), models.Make("b", new LoraConfig(2, 4), ModelFederation.Texts(2, 4))]);
        using var plain = new OwnerFederation(Method(new Serving.Global()), [models.Make("a", new LoraConfig(2, 4), Own), models.Make("b", new LoraConfig(2, 4), ModelFederation.Texts(2, 4))]);
        var (states, theirs) = (federation.Run(2), plain.Run(2));
        federation.Ledger.Total.ShouldBe(plain.Ledger.Total);
        states[1].Model.Zip(theirs[1].Model).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));

        // A served model knows its own samples well, at each state by the states of that model.
        var model = new LearnerModel(models.Learners[0]);
        var rows = Rows(Own);
        foreach (var state in states)
        {
            using var served = ServingRules.Serve(federation.Plan(2), state, "a", federation.StateOf("a"), model, Own);
            served.Loss(rows).ShouldBeLessThan(model.Loss(rows));
        }

        federation.Ledger.Total.ShouldBe(plain.Ledger.Total);
    }

    [Fact]
    public void A_store_is_made_once_for_a_state_while_there_is_room()
    {
        var (model, made) = (Model(), 0);
        var state = ServerState.Initial(ParameterSet.Empty);
        var stores = new NeighbourStores();
        stores.Of(state, "a", Make).ShouldBeSameAs(stores.Of(state, "a", Make));
        made.ShouldBe(1);
        stores.Of(state, "b", Make);
        stores.Of(state with { }, "a", Make);
        made.ShouldBe(3, "another client, and another state of the same version");
        var full = new NeighbourStores(mostBytes: 1);
        full.Of(state, "a", Make);
        full.Of(state, "a", Make);
        made.ShouldBe(5);

        NeighbourStore Make()
        {
            made++;
            return new NeighbourStore(model, Own, 0);
        }
    }

    [Fact]
    [Checks(6)]
    public void A_high_temperature_counts_votes_and_a_low_one_hears_the_nearest_alone()
    {
        var model = Model();
        var store = new NeighbourStore(model, Own, 1);
        var (states, _, labels) = model.Targets(Rows(ModelFederation.Texts(3, 2)));
        for (var i = 0; i < labels.Length; i++)
        {
            foreach (var share in store.Shares(Row(states, i, labels), 5, 1e12).Values)
            {
                (5 * share).ShouldBe(Math.Round(5 * share), 1e-6);
            }

            store.Shares(Row(states, i, labels), 5, 1e-12).Values.Max().ShouldBe(1, 1e-9);
        }
    }

    public void Dispose() => models.Dispose();

    private static Method Method(Serving serving) => Catalogue.FedMem with { Adaptation = new LoraConfig(2, 4), Serving = serving };

    private static TokenRows Rows(TokenizedDataset data)
    {
        var rows = new TokenRows();
        data.Fill(rows, [.. Enumerable.Range(0, data.Count)]);
        return rows;
    }

    private static ReadOnlySpan<float> Row(float[] values, int row, int[] labels) => values.AsSpan(values.Length / labels.Length * row, values.Length / labels.Length);

    private LearnerModel Model()
    {
        var owner = models.Make("a", new LoraConfig(2, 4), Own);
        var model = new LearnerModel(models.Learners[^1]);
        model.Trainable.Write(owner.Initial);
        return model;
    }
}
