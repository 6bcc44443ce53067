using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "slora")]
public sealed class SLoraTests
{
    private const int Rank = 2, Outputs = 6, Inputs = 5, First = 2;
    private const double Scale = 2;
    private static readonly TensorKey Base = new(TensorKey.MainModel, "base", 0, "weight", "model.h.0.q.weight");
    private static readonly TensorKey Norm = new(TensorKey.MainModel, "base", 0, "weight", "model.h.0.norm.weight");
    private static readonly TensorKey A = new(TensorKey.MainModel, "low", 0, "lora_A", "base_model.model.model.h.0.q.lora_A.weight");
    private static readonly TensorKey B = new(TensorKey.MainModel, "low", 0, "lora_B", "base_model.model.model.h.0.q.lora_B.weight");

    private static readonly Method Small = Catalogue.SLora with
    {
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["base"] = new FullConfig(), ["low"] = new LoraConfig(Rank, Rank * Scale) }),
        Capacity = new Capacity.Entries(Density: 0.5, Adapters: ["base"]),
        ServerStep = new ServerStep.FactorChange("base", "low", After: First),
        Schedule = new Schedule.Stages([((Schedule.Stages)Catalogue.SLora.Schedule).List[0], new Stage(First + 1, Overrides.None)]),
    };

    [Fact]
    [Checks(1)]
    public void Every_client_has_the_same_entries_in_every_round_as_many_as_the_density_says()
    {
        using var federation = new BlockFederation(Small, start: Start());
        federation.Run(First);
        var marks = federation.Visits.SelectMany(visit => new[] { visit.Visit.Up.Parts[Base], visit.Visit.Down.Parts[Base] }).Select(part => part.Marks.Indices.ToArray()).ToArray();
        marks.Length.ShouldBe(2 * 3 * First);
        marks.ShouldAllBe(indices => indices.SequenceEqual(marks[0]));

        var layout = new TensorLayout([(Base, [300, 200]), (Norm, [100])]);
        foreach (var density in (double[])[0.0012, 0.01, 0.3, 1])
        {
            var drawn = CapacityRules.AgreedOf(new Capacity.Entries(density), layout)[Base].Marks;
            var deviation = Math.Sqrt(density * (1 - density) * drawn.Length);
            ((double)drawn.Count).ShouldBe(density * drawn.Length, 1 + 4 * deviation);
            CapacityRules.AgreedOf(new Capacity.Entries(density), layout)[Base].Marks.Indices.ShouldBe(drawn.Indices);
            CapacityRules.AgreedOf(new Capacity.Entries(density, Seed: 1), layout)[Base].Marks.Indices.SequenceEqual(drawn.Indices).ShouldBe(density == 1);
        }
    }

    [Fact]
    [Checks(1, 2)]
    public void Other_entries_keep_their_bits_in_the_sparse_stage_also_with_decay_and_momentum()
    {
        OptimizerSpec[] optimizers = [new OptimizerSpec.AdamW(0.05, WeightDecay: 0.5), new OptimizerSpec.Sgd(0.05, Momentum: 0.9, WeightDecay: 0.1)];
        foreach (var optimizer in optimizers)
        {
            using var federation = new BlockFederation(Small, start: Start(), steps: 3, optimizer: optimizer);
            federation.Run(First);
            foreach (var (_, visit) in federation.Visits)
            {
                foreach (var key in (TensorKey[])[Base, Norm])
                {
                    var drawn = visit.Up.Parts[key].Marks;
                    var (before, after) = (visit.Start[key].Values, visit.Trained[key].Values);
                    Enumerable.Range(0, before.Length).ShouldAllBe(i => (before[i] == after[i]) != drawn.Contains(i));
                    Enumerable.Range(0, before.Length).Where(i => !drawn.Contains(i)).ShouldAllBe(i => before[i] == federation.Start[key].Values[i]);
                }

                visit.Trained[A].Values.ShouldBe(federation.Start[A].Values);
                visit.Trained[B].Values.ShouldAllBe(value => value == 0);
            }
        }
    }

    [Fact]
    [Checks(3)]
    public void Factors_begin_at_the_change_without_its_smaller_singular_values()
    {
        foreach (var rank in (int[])[1, Rank, Inputs])
        {
            var lora = new LoraConfig(rank, rank * Scale);
            var adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["base"] = new FullConfig(), ["low"] = lora });
            using var own = new BlockFederation(Small with { Adaptation = adaptation }, start: Start(rank));
            using var sparse = new BlockFederation(Small with { Adaptation = adaptation, ServerStep = new ServerStep.FactorChange("base", "low", After: 9) }, start: Start(rank));
            var change = LoraFederation.Matrix(sparse.Run(First)[^1].Model[Base]).Minus(LoraFederation.Matrix(sparse.Start[Base]));
            var model = own.Run(First)[^1].Model;
            var lost = Math.Sqrt(JacobiSvd.Of(change).S.Skip(rank).Sum(value => value * value));
            LoraFederation.Distance(Product(model).Scaled(Scale), change).ShouldBe(lost, 1e-5);
            (lost > 1e-3).ShouldBe(rank < Inputs);

            // All singular values are in B.
            var a = LoraFederation.Matrix(model[A]);
            a.Times(a.Transposed()).Minus(HostMatrix.Identity(rank)).Values.ShouldAllBe(value => Math.Abs(value) < 1e-5);
        }
    }

    [Fact]
    public void Matrices_that_are_stored_with_inputs_first_give_the_same_factors()
    {
        var change = new float[Outputs * Inputs];
        Array.Fill(change, 0.5f, 0, 7);
        var straight = Switched([Outputs, Inputs], change);
        var turned = Switched([Inputs, Outputs], [.. Enumerable.Range(0, change.Length).Select(i => change[(i % Outputs * Inputs) + (i / Outputs)])]);
        LoraFederation.Distance(Product(straight), Product(turned)).ShouldBeLessThan(1e-6);
        LoraFederation.Distance(Product(straight).Scaled(Scale), HostMatrix.Of(Outputs, Inputs, change)).ShouldBeLessThan(1e-6, "this change has rank 2");
    }

    [Fact]
    [Checks(4)]
    public void In_the_second_stage_the_base_is_the_first_one_to_the_bit()
    {
        using var federation = new BlockFederation(Small, start: Start());
        var states = federation.Run(First + 2);
        states[First - 2].Model[Base].Values.ShouldNotBe(federation.Start[Base].Values);
        foreach (var key in (TensorKey[])[Base, Norm])
        {
            states.Skip(First - 1).ShouldAllBe(state => state.Model[key].Values.SequenceEqual(federation.Start[key].Values));
            federation.Visits.Where(visit => visit.Visit.Version >= First).ShouldAllBe(visit => visit.Visit.Trained[key].Values.SequenceEqual(federation.Start[key].Values));
        }

        federation.Visits.Where(visit => visit.Visit.Version >= First).ShouldAllBe(visit => visit.Visit.Up.Section(MessageBody.Parameters).All(tensor => tensor.Key.Adapter == "low"));
        states[^1].Body.Section("beginning").Count.ShouldBe(0);
    }

    [Fact]
    [Checks(5)]
    public void Without_a_sparse_stage_it_is_FedIT_with_a_fresh_adapter()
    {
        using var own = new BlockFederation(Small with { Schedule = new Schedule.Constant(), ServerStep = new ServerStep.FactorChange("base", "low", After: 0) }, start: Start(), gradient: Own);
        using var plain = new BlockFederation(Catalogue.FedIt with { Adaptation = Small.Adaptation }, start: Start().Where(key => key.Adapter == "low"), gradient: Own);
        foreach (var (mine, theirs) in own.Run(3).Zip(plain.Run(3)))
        {
            mine.Model[A].Values.ShouldBe(theirs.Model[A].Values);
            mine.Model[B].Values.ShouldBe(theirs.Model[B].Values);
        }

        own.Ledger.Total.ShouldBe(plain.Ledger.Total);
    }

    [Fact]
    public void Entries_alone_travel_in_the_sparse_stage_and_nothing_says_which()
    {
        using var federation = new BlockFederation(Small, start: Start());
        federation.Run(First + 2);
        var entries = CapacityRules.AgreedOf(Small.Capacity, TensorLayout.Of(federation.Start)).Values.Sum(part => part.Marks.Count);
        var factors = Rank * (Inputs + Outputs);
        foreach (var forecast in TrafficForecast.Of(federation.Plan(First + 2), federation.Start))
        {
            var real = federation.Ledger.Rounds[forecast.Round];
            real.Up.ValueBytes.ShouldBe(3 * 4 * (forecast.Round <= First ? entries : factors));
            real.Down.ValueBytes.ShouldBe(real.Up.ValueBytes);
            forecast.Bytes.ShouldBe(real);
            forecast.Least.ShouldBe(real);
        }
    }

    [Fact]
    public void What_cannot_hold_is_refused()
    {
        MethodRules.Refusals(Catalogue.SLora with { Capacity = new Capacity.Entries(0) }).ShouldHaveSingleItem().ShouldContain("density");
        MethodRules.Refusals(Catalogue.SLora with { Codec = new Codec(Up: new Encoding.Values(Selection: new Selection.Largest(0.5))) }).ShouldHaveSingleItem().ShouldContain("entries");
        MethodRules.Refusals(Catalogue.SLora with { Adaptation = new LoraConfig() }).ShouldAllBe(reason => reason.Contains("'base'") || reason.Contains("'low'"));
    }

    private static ParameterSet Switched(int[] shape, float[] change)
    {
        var start = new ParameterSet([.. Start().Where(key => key.Adapter == "low"), HostTensor.Zeros(Base, shape)]);
        using var federation = new BlockFederation(
            Small with { Capacity = new Capacity.Entries(1, ["base"]), ServerStep = new ServerStep.FactorChange("base", "low", After: 1) }, clients: 1, steps: 1, start: start,
            optimizer: new OptimizerSpec.Sgd(1), gradient: (_, layout, values) =>
            {
                var gradient = new double[values.Length];
                var at = layout.TakeWhile(tensor => tensor.Key != Base).Sum(tensor => tensor.Values.Length);
                change.Select(value => -(double)value).ToArray().CopyTo(gradient, at);
                return gradient;
            });
        return federation.Run(1)[0].Model;
    }

    // Draws every tensor to a target of its own, wherever it stands among the others.
    private static double[] Own(int client, ParameterSet layout, double[] values)
    {
        var at = 0;
        var gradient = new double[values.Length];
        foreach (var tensor in layout)
        {
            for (var i = 0; i < tensor.Values.Length; i++, at++)
            {
                gradient[at] = values[at] - BlockFederation.Target(client, i);
            }
        }

        return gradient;
    }

    private static ParameterSet Start(int rank = Rank) => new([Values(Base, Outputs, Inputs), Values(Norm, Inputs), Values(A, rank, Inputs), HostTensor.Zeros(B, [Outputs, rank])]);

    private static HostTensor Values(TensorKey key, params int[] shape) =>
        new(key, shape, [.. Enumerable.Range(0, HostTensor.Count(shape)).Select(i => (float)Math.Sin((1.9 * i) + key.Role.Length))]);

    private static HostMatrix Product(ParameterSet set) => LoraFederation.Matrix(set[B]).Times(LoraFederation.Matrix(set[A]));
}
