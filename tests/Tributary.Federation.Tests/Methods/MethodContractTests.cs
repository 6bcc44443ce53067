using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Sharings;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

/// <summary>
/// What every method of the catalogue that goes with one LoRA adapter must hold, on a layer that is not square; with the adapters that a method is published with,
/// <see cref="OwnAdapterContractTests"/>. A method to which a check does not apply is left out by a property of its parts, never by its name.
/// </summary>
public sealed class MethodContractTests
{
    private const int Rounds = 3;

    /// <summary>Methods whose server gives a single client back what it sent, up to the rounding of single precision.</summary>
    public static TheoryData<string> KeepingWhatOneClientSends => Where(KeepsWhatOneClientSends);

    /// <summary>Methods that wait for everybody: others depend on who is fast by their nature.</summary>
    public static TheoryData<string> WaitingForAll => Where(method => method.Pace is Pace.WholeCohort);

    /// <summary>Methods whose clients are all alike and all take part: where capacity, the sample or drawn directions depend on a client's id, so does the result.</summary>
    public static TheoryData<string> WithoutRegardOfIds => Where(method => method.Capacity is Capacity.Uniform && method.Cohort is not Cohort.Uniform { Fraction: < 1 } && method.Pace is not Pace.Buffer && TakesGradients(method));

    /// <summary>Methods whose server step and drawn directions have no length of their own, which no change of unit leaves as it is.</summary>
    public static TheoryData<string> WithoutUnits => Where(method => FirstStepReplaces(method.ServerStep) && TakesGradients(method) && Enumerable.Range(1, Rounds).All(round => method.Schedule.At(round).Losses is null));

    /// <summary>Methods without noise on the sum of a batch's gradients, which is worth less the more samples there are.</summary>
    public static TheoryData<string> WithoutNoise => Where(AddsNoNoise);

    /// <summary>All methods.</summary>
    public static TheoryData<string> All => Where(_ => true);

    [Theory]
    [MemberData(nameof(KeepingWhatOneClientSends))]
    public void One_client_in_one_round_uses_what_it_trained_whatever_the_rank(string id)
    {
        // Ranks that are also the number of inputs or of outputs: roles do not come from shapes.
        foreach (var rank in (int[])[2, LoraFederation.Inputs, LoraFederation.Outputs])
        {
            using var federation = new LoraFederation(Catalogue.Find(id), clients: 1, adaptation: new LoraConfig(rank, 2 * rank));
            var served = federation.Served(federation.Run(1)[0], "c1");
            Difference(federation.Update(served), federation.Update(federation.Visits[^1].Trained)).ShouldBeLessThan(1e-5, $"rank {rank}");
        }
    }

    [Theory]
    [MemberData(nameof(WaitingForAll))]
    public void Nothing_of_one_client_reaches_the_next_whatever_their_order_and_also_side_by_side(string id)
    {
        using var federation = new LoraFederation(Catalogue.Find(id));
        var states = federation.Run(Rounds);
        foreach (var variant in (Variant[])[new(), new(Reversed: true), new(Parallel: true), new(Parallel: true, Reversed: true)])
        {
            using var other = new LoraFederation(Catalogue.Find(id), variant: variant);
            foreach (var (state, expected) in other.Run(Rounds).Zip(states))
            {
                ShouldHaveTheBitsOf(state.Served, expected.Served);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithoutRegardOfIds))]
    public void Other_ids_for_the_same_clients_change_nothing(string id) => ShouldGiveTheSame(Catalogue.Find(id), new Variant(Renamed: 1));

    [Theory]
    [MemberData(nameof(WithoutNoise))]
    public void Twice_the_examples_everywhere_change_nothing(string id) => ShouldGiveTheSame(Catalogue.Find(id), new Variant(ExamplesTimes: 2));

    [Theory]
    [MemberData(nameof(All))]
    public void Reported_bytes_are_those_of_the_files_and_were_foretold(string id)
    {
        using var federation = new LoraFederation(Catalogue.Find(id));
        federation.Run(Rounds);
        federation.Ledger.Total.Up.Bytes.ShouldBe(federation.Visits.Sum(visit => visit.Lengths.Up));
        federation.Ledger.Total.Down.Bytes.ShouldBe(federation.Visits.Sum(visit => visit.Lengths.Down));
        foreach (var forecast in TrafficForecast.Of(federation.Plan(Rounds), federation.Start))
        {
            var real = federation.Ledger.Rounds[forecast.Round];
            real.Up.Bytes.ShouldBeInRange(forecast.Least.Up.Bytes, forecast.Bytes.Up.Bytes);
            real.Down.Bytes.ShouldBeInRange(forecast.Least.Down.Bytes, forecast.Bytes.Down.Bytes);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Private_and_frozen_tensors_are_in_no_message(string id)
    {
        using var federation = new LoraFederation(Catalogue.Find(id));
        federation.Run(Rounds);
        foreach (var visit in federation.Visits)
        {
            var sharing = Catalogue.Find(id).At(visit.Version + 1).Sharing;
            Keys(visit.Up).ShouldAllBe(key => SharingRules.Of(sharing, key) == Visibility.Shared);
            Keys(visit.Down).ShouldAllBe(key => SharingRules.Of(sharing, key) == Visibility.Shared || SharingRules.Of(sharing, key) == Visibility.Fixed);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_declared_is_trained_and_nothing_else_moves_also_with_decay_and_momentum(string id)
    {
        OptimizerSpec[] optimizers = [new OptimizerSpec.AdamW(0.05, WeightDecay: 0.5), new OptimizerSpec.Sgd(0.05, Momentum: 0.9, WeightDecay: 0.1)];
        foreach (var optimizer in Catalogue.Find(id).Codec.Up is Encoding.SeedScalars ? [new OptimizerSpec.Sgd(0.05)] : optimizers)
        {
            using var federation = new LoraFederation(Catalogue.Find(id), optimizer: optimizer);
            federation.Run(Rounds + 1);
            foreach (var round in federation.Visits.GroupBy(visit => visit.Version))
            {
                var method = Catalogue.Find(id).At(round.Key + 1);
                foreach (var key in federation.Start.Select(tensor => tensor.Key))
                {
                    var declared = SharingRules.IsTrained(method.Sharing, key) && method.LocalProgram.Phases.Any(phase => phase.Trains(key));
                    round.Any(visit => !visit.Trained[key].Values.SequenceEqual(visit.Start[key].Values)).ShouldBe(declared, $"{key.Role} in round {round.Key + 1}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithoutUnits))]
    public void The_scale_counts_once_on_every_path(string id)
    {
        // Alpha times c, with start and values divided by √c and the rate by c, is the same training in other units; other terms of the loss and bounds of the gradient have units of their own.
        const double Times = 4;
        var method = Catalogue.Find(id);
        method = method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Losses = [new LossTerm.Task()], Clipping = null }) };
        using var one = new LoraFederation(method, optimizer: new OptimizerSpec.Sgd(0.1), adaptation: new LoraConfig(2, 2));
        using var other = new LoraFederation(
            method, optimizer: new OptimizerSpec.Sgd(0.1 / Times), adaptation: new LoraConfig(2, 2 * Times), variant: new Variant(StartTimes: 1 / Math.Sqrt(Times)));
        var (first, second) = (one.Run(2)[0], other.Run(2)[0]);
        foreach (var (visit, same) in one.Visits.Where(visit => visit.Version == 1).Zip(other.Visits.Where(visit => visit.Version == 1)))
        {
            Difference(other.Update(second.Served), one.Update(first.Served)).ShouldBeLessThan(1e-4, "trained and joined");
            Difference(other.Update(same.Start), one.Update(visit.Start)).ShouldBeLessThan(1e-4, "received");
        }
    }

    // Methods that go with one LoRA adapter of any model; others make something else for their clients, train several adapters, need classes, or have no clients.
    private static TheoryData<string> Where(Func<Method, bool> applies) =>
        [.. Catalogue.All.Where(method => method.Cohort is not Cohort.Union && method.LocalProgram is { ClassLogits: null, PseudoLabels: null, Cut: null } && MethodRules.Refusals(method with { Adaptation = new LoraConfig() }).Count == 0 && applies(method)).Select(method => method.Id)];

    internal static bool TakesGradients(Method method) => method.LocalProgram.Phases.All(phase => phase.Estimator is Estimator.Backprop);

    internal static bool AddsNoNoise(Method method) => method.LocalProgram.Phases.All(phase => phase.Estimator is not Estimator.PerSample { Noise: > 0 });

    internal static bool KeepsWhatOneClientSends(Method method) =>
        method.Codec.Up is Encoding.Values { Number: NumberFormat.F32 } or Encoding.Deltas { Number: NumberFormat.F32, Selection: null } && FirstStepReplaces(method.ServerStep);

    // The first step of momentum is the update itself.
    private static bool FirstStepReplaces(ServerStep step) => step switch
    {
        ServerStep.Replace { LearningRate: 1 } or ServerStep.SalientFirst or ServerStep.MergeToBase or ServerStep.ResidualToBase or ServerStep.Momentum { LearningRate: 1, Nesterov: false } => true,
        ServerStep.ControlVariates control => FirstStepReplaces(control.Model),
        _ => false,
    };

    private static void ShouldGiveTheSame(Method method, Variant variant)
    {
        using var one = new LoraFederation(method);
        using var other = new LoraFederation(method, variant: variant);
        foreach (var (state, expected) in other.Run(Rounds).Zip(one.Run(Rounds)))
        {
            Difference(other.Update(state.Served), one.Update(expected.Served)).ShouldBeLessThan(1e-5);
        }
    }

    private static IEnumerable<TensorKey> Keys(MessageBody body) => body.Sections.Values.SelectMany(section => section.Select(tensor => tensor.Key));

    private static void ShouldHaveTheBitsOf(ParameterSet actual, ParameterSet expected)
    {
        foreach (var tensor in expected)
        {
            actual[tensor.Key].Values.ShouldBe(tensor.Values);
        }
    }

    // Relative to the expected update; an update of zero must stay zero.
    private static double Difference(HostMatrix actual, HostMatrix expected)
    {
        var norm = Math.Sqrt(expected.Values.Sum(value => value * value));
        return LoraFederation.Distance(actual, expected) / Math.Max(norm, 1e-9);
    }
}
