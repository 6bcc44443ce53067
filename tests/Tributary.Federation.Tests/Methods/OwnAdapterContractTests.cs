using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>
/// What every method must hold with the adapters that it is published with, on a small GPT-2: its projections are not square, and it has biases. A method to which a check does
/// not apply is left out by a property of its parts, never by its name.
/// </summary>
public sealed class OwnAdapterContractTests
{
    private const int Rounds = 2;

    private static readonly OptimizerSpec Plain = new OptimizerSpec.Sgd(0.05);

    /// <summary>Methods whose server gives a single client back what it sent, which is as much as the server has.</summary>
    public static TheoryData<string> KeepingWhatOneClientSends =>
        Where(method => MethodContractTests.KeepsWhatOneClientSends(method) && method.LocalProgram.Copies.Count == 0 && method.Capacity is not (Capacity.Promoted or Capacity.Experts { Holders: > 1 }));

    /// <summary>Methods that wait for everybody.</summary>
    public static TheoryData<string> WaitingForAll => Where(method => method.Pace is Pace.WholeCohort);

    /// <summary>Methods in which a client's id decides nothing: neither what it holds or draws, nor what the server makes for it.</summary>
    public static TheoryData<string> WithoutRegardOfIds => Where(method =>
        method.Capacity is Capacity.Uniform or Capacity.Annealed && method.Pace is not Pace.Buffer && MethodContractTests.TakesGradients(method) && method.Dispatch is not Dispatch.Generated);

    /// <summary>Methods whose clients train on all of their samples: which are held out depends on how many there are, as does what noise is worth.</summary>
    public static TheoryData<string> TrainingOnAllSamples => Where(method => method.LocalProgram is { Withheld: null, PseudoLabels: null } && MethodContractTests.AddsNoNoise(method) && method.LocalProgram.Phases.All(phase => phase.Estimator is not Estimator.TwoPoint { Directions: Directions.Pool { Draw: PoolDraw.Importance } }));

    /// <summary>Methods all of whose answers belong to the round that they were asked in: others end with some on their way.</summary>
    public static TheoryData<string> AnsweringInTheirRound => Where(method => method.Pace is not Pace.Buffer);

    /// <summary>All methods.</summary>
    public static TheoryData<string> All => Where(_ => true);

    [Theory]
    [MemberData(nameof(KeepingWhatOneClientSends))]
    public void With_one_client_a_round_is_local_training(string id)
    {
        using var federation = Federation(id, Plain, clients: 1);
        var state = federation.Run(1)[0];
        var visit = federation.Visits[^1];
        var trained = new ParameterSet(visit.Trained.Concat(federation.Start.Where(BaseUpdate.IsPart)));
        Apart(federation.Outputs(federation.Served(state, "c1")), federation.Outputs(trained)).ShouldBeLessThan(1e-4);
        visit.Trained.ShouldContain(tensor => !tensor.Values.SequenceEqual(visit.Start[tensor.Key].Values));
    }

    [Theory]
    [MemberData(nameof(WaitingForAll))]
    public void Nothing_of_one_client_reaches_the_next_whatever_their_order_and_also_with_a_learner_each(string id)
    {
        using var federation = Federation(id, Plain);
        var states = federation.Run(Rounds);
        foreach (var variant in (Variant[])[new(Reversed: true), new(Parallel: true)])
        {
            using var other = Federation(id, Plain, variant: variant);
            foreach (var (state, expected) in other.Run(Rounds).Zip(states))
            {
                state.Model.ShouldAllBe(tensor => tensor.Values.SequenceEqual(expected.Model[tensor.Key].Values));
            }

            foreach (var client in (string[])["c1", "c2", "c3"])
            {
                other.Served(other.Run(Rounds)[^1], client).Zip(federation.Served(states[^1], client)).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithoutRegardOfIds))]
    public void Other_ids_for_the_same_clients_change_nothing(string id) => ShouldGiveTheSame(id, new Variant(Renamed: 1));

    [Theory]
    [MemberData(nameof(TrainingOnAllSamples))]
    public void Twice_the_examples_everywhere_change_nothing(string id) => ShouldGiveTheSame(id, new Variant(ExamplesTimes: 2));

    [Theory]
    [MemberData(nameof(AnsweringInTheirRound))]
    public void Reported_bytes_are_those_of_the_files_and_were_foretold(string id)
    {
        using var federation = Federation(id, Plain);
        federation.Run(Rounds);
        federation.Ledger.Total.Up.Bytes.ShouldBe(federation.Visits.Sum(visit => visit.Lengths.Up));
        federation.Ledger.Total.Down.Bytes.ShouldBe(federation.Visits.Sum(visit => visit.Lengths.Down));
        foreach (var forecast in federation.Forecast(Rounds))
        {
            var real = federation.Ledger.Rounds[forecast.Round];
            real.Up.Bytes.ShouldBeInRange(forecast.Least.Up.Bytes, forecast.Bytes.Up.Bytes);
            real.Down.Bytes.ShouldBeInRange(forecast.Least.Down.Bytes, forecast.Bytes.Down.Bytes);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Private_and_frozen_tensors_and_those_of_the_base_are_in_no_message(string id)
    {
        using var federation = Federation(id, Plain);
        federation.Run(Rounds);
        foreach (var visit in federation.Visits)
        {
            var sharing = Catalogue.Find(id).At(visit.Version + 1).Sharing;
            foreach (var (body, isDown) in ((MessageBody, bool)[])[(visit.Up, false), (visit.Down, true)])
            {
                foreach (var tensor in body.Section(MessageBody.Parameters))
                {
                    federation.Start.TryGet(tensor.Key, out _).ShouldBeTrue(tensor.Key.Name);
                    (isDown ? SharingRules.IsReceived(sharing, tensor.Key) : SharingRules.Of(sharing, tensor.Key) == Visibility.Shared).ShouldBeTrue(tensor.Key.Name);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_declared_is_trained_and_nothing_else_moves_also_with_decay_and_momentum(string id)
    {
        OptimizerSpec[] optimizers = [new OptimizerSpec.AdamW(0.01, WeightDecay: 0.5), new OptimizerSpec.Sgd(0.05, Momentum: 0.9, WeightDecay: 0.1)];
        foreach (var optimizer in Catalogue.Find(id).Codec.Up is Encoding.SeedScalars ? [Plain] : optimizers)
        {
            using var federation = Federation(id, optimizer);
            var before = federation.BaseOutputs();
            federation.Run(Rounds);
            federation.BaseOutputs().ShouldBe(before);
            foreach (var round in federation.Visits.GroupBy(visit => visit.Version))
            {
                var method = Catalogue.Find(id).At(round.Key + 1);
                var agreed = CapacityRules.AgreedOf(method.Capacity, federation.Layout);
                foreach (var key in federation.Layout.Tensors.Select(tensor => tensor.Key))
                {
                    var declared = SharingRules.IsTrained(method.Sharing, key) && method.LocalProgram.Phases.Any(phase => phase.Trains(key))
                        && (!agreed.TryGetValue(key, out var entries) || entries.Marks.Count > 0)
                        && (method.Capacity is not Capacity.Layers || round.Any(visit => visit.Up.Section(MessageBody.Parameters).TryGet(key, out _)));
                    round.Any(visit => visit.Trained.TryGet(key, out var after) && !after.Values.SequenceEqual(visit.Start[key].Values)).ShouldBe(declared, $"{key.Name} in round {round.Key + 1}");
                }
            }
        }
    }

    // Pooled rows are one client's, which is no federation.
    // Of a cut model clients train a part: SplitLearningTests.
    private static TheoryData<string> Where(Func<Method, bool> applies) => [.. Catalogue.All.Where(method => method.Cohort is not Cohort.Union && method.LocalProgram.Cut is null && applies(method)).Select(method => method.Id)];

    // Everybody takes part, in two steps over all samples and without dropout, which a client's id draws; a short pool of directions, and classes where the method is made of them.
    private static ModelFederation Federation(string id, OptimizerSpec optimizer, int clients = 3, Variant? variant = null)
    {
        var method = Catalogue.Find(id);
        var classifies = method.LocalProgram is not { ClassLogits: null, PseudoLabels: null };
        var program = method.LocalProgram.WithEveryPhase(phase => phase with
        {
            Optimizer = optimizer,
            Budget = new Budget.Steps(2),
            BatchSize = 64,
            GradientAccumulationSteps = 1,
            Estimator = phase.Estimator is Estimator.TwoPoint { Directions: Directions.Pool pool } twoPoint ? twoPoint with { Directions = pool with { Size = 64 } } : phase.Estimator,
        });
        method = method with
        {
            Adaptation = method.Adaptation switch
            {
                LoraConfig lora => lora with { Dropout = 0 },
                LoraExpertsConfig bank => bank with { Experts = 2 * clients, Dropout = 0 },
                var other => other,
            },
            Cohort = method.Cohort is Cohort.Uniform ? new Cohort.All() : method.Cohort,
            LocalProgram = program with
            {
                ClassLogits = program.ClassLogits is null ? null : new ClassLogits(TinyOwners.Classes),
                PseudoLabels = program.PseudoLabels is null ? null : new PseudoLabels(Known: 4, Growth: 2, TinyOwners.Classes),
            },
        };
        TokenizedDataset[] data = [.. Enumerable.Range(1, clients).Select(k => classifies ? TinyOwners.Labelled(k, 9 + (3 * k)) : ModelFederation.Texts(k, 9 + (3 * k)))];
        return new ModelFederation(method, data, Gpt2(classifies), variant: variant);
    }

    private static string Gpt2(bool classifies) => $$"""
        {"model_type":"gpt2","architectures":["{{(classifies ? "GPT2ForSequenceClassification" : "GPT2LMHeadModel")}}"],"vocab_size":37,"n_positions":48,"n_embd":16,"n_layer":5,"n_head":4,
        "pad_token_id":0,"num_labels":{{TinyOwners.Classes}}}
        """;

    private static void ShouldGiveTheSame(string id, Variant variant)
    {
        using var one = Federation(id, Plain);
        using var other = Federation(id, Plain, variant: variant);
        foreach (var (state, expected) in other.Run(Rounds).Zip(one.Run(Rounds)))
        {
            for (var place = 0; place < 3; place++)
            {
                Apart(other.Outputs(Served(other, state, place)), one.Outputs(Served(one, expected, place))).ShouldBeLessThan(1e-4);
            }
        }
    }

    private static double Apart(float[] one, float[] other) => one.Zip(other, (x, y) => Math.Abs((double)x - y)).Max();

    private static ParameterSet Served(ModelFederation federation, ServerState state, int place) => federation.Served(state, federation.ClientOf(place));
}
