using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.State;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The elastic space is that of the paper's defaults: feed-forward networks become narrower, heads and the residual stream keep their width.</summary>
[Specification(5, "raffm")]
public sealed class RaFfmTests
{
    private const int Blocks = 2, Inner = 24, Heads = 2, Width = ModelFederation.Width;

    private const string Encoder = """
        {"model_type":"bert","architectures":["BertForSequenceClassification"],"num_labels":3,"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":24}
        """;

    private static readonly TokenizedDataset[] Data = [TinyOwners.Labelled(1, 9), TinyOwners.Labelled(2, 12), TinyOwners.Labelled(3, 6)];

    private static readonly Method Everyone = Catalogue.RaFfm with
    {
        Cohort = new Cohort.All(),
        LocalProgram = Catalogue.RaFfm.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.AdamW(0.01, WeightDecay: 0.01) }),
    };

    // Steps too small to be seen.
    private static readonly Method Resting = Everyone with { LocalProgram = Everyone.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(1e-30) }) };

    [Theory]
    [InlineData(Encoder)]
    [InlineData(ModelFederation.Gpt2)]
    [InlineData(ModelFederation.Llama)]
    [Checks(1)]
    public void Units_in_another_order_give_the_same_outputs(string config)
    {
        using var federation = new ModelFederation(Everyone, Data, config);
        ParameterSet start = new(federation.Start.Select(tensor => !tensor.Key.Name.EndsWith(".bias", StringComparison.Ordinal) ? tensor
            : tensor with { Values = [.. tensor.Values.Select((_, i) => (float)Math.Sin(i + tensor.Key.Layer))] }));
        var ordered = ServerRules.Begin(federation.Plan(1), ServerState.Initial(start)).Model;
        ordered.Count(tensor => !tensor.Values.SequenceEqual(start[tensor.Key].Values)).ShouldBeGreaterThanOrEqualTo(3 * Blocks);
        foreach (var (now, before) in federation.Outputs(ordered).Zip(federation.Outputs(start)))
        {
            now.ShouldBe(before, 1e-4f * (1 + Math.Abs(before)));
        }
    }

    [Fact]
    [Checks(2)]
    public void Scores_of_the_rows_of_every_head_and_of_every_network_do_not_increase()
    {
        using var federation = new ModelFederation(Everyone, Data, Encoder);
        IsOrdered(federation.Start).ShouldBeFalse();
        federation.Run(3).ShouldAllBe(state => IsOrdered(state.Model));
        IsOrdered(ServerRules.Begin(federation.Plan(1), ServerState.Initial(federation.Start)).Model).ShouldBeTrue("also before the first round");
    }

    [Theory]
    [InlineData(Normaliser.Senders)]
    [InlineData(Normaliser.All)]
    [Checks(3)]
    public void With_whole_models_everywhere_it_is_federated_averaging_of_equal_weights(Normaliser over)
    {
        var whole = Everyone with { Capacity = new Capacity.Elastic([1]), Combine = new Combine.Factors(over) };
        using var own = new ModelFederation(whole with { ServerStep = new ServerStep.Replace() }, Data, Encoder);
        using var averaging = new ModelFederation(
            Catalogue.FedIt with { Adaptation = whole.Adaptation, Cohort = whole.Cohort, Weighting = new Weighting.Uniform(), LocalProgram = whole.LocalProgram }, Data, Encoder);
        using var ordered = new ModelFederation(whole, Data, Encoder);
        foreach (var (state, expected) in own.Run(2).Zip(averaging.Run(2)))
        {
            state.Model.ShouldAllBe(tensor => tensor.Values.SequenceEqual(expected.Model[tensor.Key].Values));
        }

        var model = averaging.Run(2)[^1].Model;
        var mean = averaging.Visits.Where(visit => visit.Version == 1).Select(visit => visit.Up.Section(MessageBody.Parameters)).ToArray();
        model.ShouldAllBe(tensor => tensor.Values.Select((value, i) => Math.Abs(value - mean.Average(set => (double)set[tensor.Key].Values[i]))).Max() < 1e-6);
        foreach (var (now, expected) in ordered.Outputs(ordered.Run(2)[^1].Model).Zip(averaging.Outputs(model)))
        {
            now.ShouldBe(expected, 1e-3f);
        }
    }

    [Theory]
    [InlineData(Normaliser.Senders, 1f)]
    [InlineData(Normaliser.All, 0.5f)]
    [Checks(4)]
    public void Of_equal_values_the_mean_over_holders_gives_these_and_that_over_all_halves_what_one_of_two_holds(Normaliser over, float factor)
    {
        using var federation = new ModelFederation(Resting with { Capacity = new Capacity.Elastic([1, 0.5]), Combine = new Combine.Factors(over), ServerStep = new ServerStep.Replace() }, Data[..2], Encoder);
        var next = federation.Run(1)[0].Model;
        federation.Visits.Count(visit => UnitsOf(visit.Up).SequenceEqual([Inner, Inner])).ShouldBe(1);
        federation.Visits.Count(visit => UnitsOf(visit.Up).SequenceEqual([Inner / 2, Inner / 2])).ShouldBe(1);
        foreach (var tensor in next)
        {
            var axis = federation.Layout.Units.Where(space => space.IsElastic).SelectMany(space => space.Axes).SingleOrDefault(axis => axis.Tensor == tensor.Key.Name);
            var inner = HostTensor.Count(tensor.Shape.AsSpan((axis?.Axis ?? 0) + 1));
            tensor.Values.ShouldBe([.. federation.Start[tensor.Key].Values.Select((value, i) => axis is not null && i / inner % Inner >= Inner / 2 ? factor * value : value)], 1e-20);
        }
    }

    [Fact]
    [Checks(5)]
    public void A_client_is_sent_and_sends_the_first_units_of_its_own_widths_alone()
    {
        const int PerUnit = Width + 1 + Width;
        using var federation = new ModelFederation(Everyone, Data, Encoder);
        var states = federation.Run(4);
        var whole = federation.Layout.Elements;
        var bytes = federation.Visits.ToDictionary(visit => (visit.Version, visit.Client), visit => 4 * (whole - UnitsOf(visit.Up).Sum(units => (Inner - units) * PerUnit)));
        foreach (var (client, sum) in federation.Ledger.Clients)
        {
            sum.Up.ValueBytes.ShouldBe(bytes.Where(one => one.Key.Client == client).Sum(one => one.Value));
            sum.Down.ValueBytes.ShouldBe(sum.Up.ValueBytes);
        }

        foreach (var visit in federation.Visits)
        {
            UnitsOf(visit.Down).ShouldBe(UnitsOf(visit.Up));
            visit.Trained.Select(tensor => tensor.Shape).ShouldBe(visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Shape), "the client's model has no other units");
            var before = visit.Version == 0 ? ServerRules.Begin(federation.Plan(1), ServerState.Initial(federation.Start)).Model : states[visit.Version - 1].Model;
            visit.Down.Section(MessageBody.Parameters).ShouldAllBe(tensor => tensor.Values.SequenceEqual(before[tensor.Key].Leading(tensor.Shape).Values));
        }

        TrafficForecast.Of(federation.Plan(4), federation.Start).Select(round => round.Bytes).ShouldBe(federation.Ledger.Rounds.OrderBy(round => round.Key).Select(round => round.Value));
    }

    [Fact]
    public void In_every_round_one_client_has_the_whole_model_another_the_smallest_and_others_what_is_drawn()
    {
        using var federation = new ModelFederation(Everyone, Data, Encoder);
        federation.Run(8);
        foreach (var round in federation.Visits.GroupBy(visit => visit.Version))
        {
            round.ShouldContain(visit => UnitsOf(visit.Up).All(units => units == Inner));
            round.ShouldContain(visit => UnitsOf(visit.Up).All(units => units == 10));
        }

        federation.Visits.SelectMany(visit => UnitsOf(visit.Up)).Distinct().Order().ShouldBe([10, 15, Inner]);
        federation.Visits.Where(visit => UnitsOf(visit.Up).All(units => units == Inner)).Select(visit => visit.Client).Distinct().Count().ShouldBe(3);
        federation.Visits.ShouldContain(visit => UnitsOf(visit.Up).Distinct().Count() > 1, "every block draws for itself");
    }

    [Fact]
    public void A_client_named_has_its_own_share()
    {
        using var federation = new ModelFederation(Everyone with { Capacity = new Capacity.Elastic(ByClient: new Dictionary<string, double> { ["c2"] = 0.25 }) }, Data, Encoder);
        federation.Run(3);
        federation.Visits.Where(visit => visit.Client == "c2").ShouldAllBe(visit => UnitsOf(visit.Up).SequenceEqual(new[] { 6, 6 }));
    }

    [Fact]
    public void What_cannot_hold_is_refused()
    {
        Refusal(Catalogue.RaFfm with { Adaptation = Catalogue.FedIt.Adaptation }).ShouldContain("adaptation: full");
        Refusal(Catalogue.RaFfm with { Capacity = new Capacity.Elastic([0.5, 0]) }).ShouldContain("shares above 0");
        Refusal(Catalogue.RaFfm with { Dispatch = new Dispatch.Broadcast() }).ShouldContain("dispatch: slice");
        Refusal(Catalogue.RaFfm with { ServerStep = new ServerStep.Adam() }).ShouldContain("salient_first");
        Refusal(Catalogue.RaFfm with { Capacity = new Capacity.Uniform(), Initialisation = new Initialisation.Keep() }).ShouldContain("change their places");
        Refusal(Catalogue.RaFfm with { Pace = new Pace.Buffer() }).ShouldContain("change their places");
        MethodRules.Refusals(Catalogue.RaFfm).ShouldBeEmpty();
    }

    private static string Refusal(Method method) => string.Join('\n', MethodRules.Refusals(method));

    private static int[] UnitsOf(MessageBody body) =>
        [.. body.Section(MessageBody.Parameters).Where(tensor => tensor.Key.Name.EndsWith("intermediate.dense.weight", StringComparison.Ordinal)).Select(tensor => tensor.Shape[0])];

    private static bool IsOrdered(ParameterSet model) => Enumerable.Range(0, Blocks).All(block =>
    {
        HostTensor Of(string name) => model.Single(tensor => tensor.Key.Name == $"bert.encoder.layer.{block}.{name}.weight");
        double[] RowsOf(HostTensor matrix) => [.. matrix.Values.Chunk(Width).Select(row => row.Sum(value => (double)Math.Abs(value)))];
        var attention = RowsOf(Of("attention.self.query")).Zip(RowsOf(Of("attention.self.key")), (query, key) => (query + key) / 2);
        return attention.Chunk(Width / Heads).Append(RowsOf(Of("intermediate.dense"))).All(scores => scores.SequenceEqual(scores.OrderDescending()));
    });
}
