using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Tests.Clients;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The norm itself is never summed: of the term only the gradient is needed, and that is held where the base is kept in half precision.</summary>
[Specification(7, "fedprox")]
public sealed class FedProxTests
{
    [Fact]
    [Checks(1)]
    public void The_first_step_is_that_of_FedIT()
    {
        using var own = new LoraFederation(WithMu(5), steps: 1);
        using var plain = new LoraFederation(Catalogue.FedIt, steps: 1);
        var (mine, theirs) = (own.Run(1)[0].Model, plain.Run(1)[0].Model);
        mine[LoraFederation.A].Values.ShouldBe(theirs[LoraFederation.A].Values);
        mine[LoraFederation.B].Values.ShouldBe(theirs[LoraFederation.B].Values);
    }

    [Fact]
    [Checks(2)]
    public void Without_mu_it_is_FedIT_to_the_bit()
    {
        using var own = new LoraFederation(WithMu(0), steps: 5, optimizer: new OptimizerSpec.AdamW(0.05));
        using var plain = new LoraFederation(Catalogue.FedIt, steps: 5, optimizer: new OptimizerSpec.AdamW(0.05));
        var (mine, theirs) = (own.Run(3)[2].Model, plain.Run(3)[2].Model);
        mine[LoraFederation.A].Values.ShouldBe(theirs[LoraFederation.A].Values);
        mine[LoraFederation.B].Values.ShouldBe(theirs[LoraFederation.B].Values);
    }

    [Fact]
    [Checks(3)]
    public void A_quadratic_ends_between_its_minimum_and_the_received_model()
    {
        // (b + mu·x) / (1 + mu) with b = 3, x = 1, mu = 1, in every tensor whatever its name: none is without its reference.
        var start = Sets.Of(new HostTensor(Sets.Key("a"), [2], [1, 1]), new HostTensor(Sets.Key("b.weight", "lora_B"), [1], [1]), new HostTensor(Sets.Key("score", "head"), [1], [1]));
        using var federation = new BlockFederation(WithMu(1), clients: 1, steps: 400, start: start, gradient: (_, _, values) => [.. values.Select(value => value - 3)]);
        foreach (var tensor in federation.Run(1)[0].Model)
        {
            tensor.Values.ShouldAllBe(value => Math.Abs(value - 2) < 1e-5);
        }
    }

    [Fact]
    [Checks(4)]
    public void What_is_received_is_copied_so_that_it_does_not_move_with_the_values()
    {
        using var model = Quadratic.Towards(Sets.X(0, 0), 0, 0);
        model.Trainable.Write(Sets.X(1, -2));
        using var term = new ProximalTerm(new LossTerm.Proximal(Mu: 0.5), model.Backend, model.Trainable.Values);
        Slope(model, term).ShouldBe([0f, 0]);
        model.Trainable.Write(Sets.X(3, -2));
        Slope(model, term).ShouldBe([1f, 0]);
        model.Trainable.Write(Sets.X(7, 2));
        Slope(model, term).ShouldBe([3f, 2]);
    }

    [Fact]
    [Checks(5)]
    public void A_tensor_of_another_name_is_an_error_and_no_term_left_out()
    {
        using var model = Quadratic.Towards(Sets.X(0), 0);
        Should.Throw<InputException>(() => model.Trainable.Write(Sets.Of(Sets.Vector("adapter.x", 1)))).Message.ShouldContain("adapter.x");
    }

    [Fact]
    [Checks(6)]
    public void The_term_is_of_the_factors_and_not_of_their_product()
    {
        // (B·2, A/2) is the same product as (B, A), further from where both began.
        using var model = Quadratic.Towards(Sets.X(0, 0), 0, 0);
        model.Trainable.Write(Sets.X(1, 1));
        using var term = new ProximalTerm(new LossTerm.Proximal(Mu: 1), model.Backend, model.Trainable.Values);
        model.Trainable.Write(Sets.X(2, 0.5));
        Slope(model, term).ShouldBe([1, -0.5f]);
    }

    [Fact]
    [Checks(7)]
    public void Over_a_base_in_bfloat16_the_term_has_differences_that_bfloat16_has_not()
    {
        const double Mu = 400, Rate = 1e-3;
        var start = Trained(0, 1, out var before);
        var (plain, held) = (Trained(0, 2, out _), Trained(Mu, 2, out _));
        var (moved, lost) = (0, 0);
        foreach (var x in before)
        {
            var (one, two, own) = (start[x.Key].Values, plain[x.Key].Values, held[x.Key].Values);
            for (var i = 0; i < own.Length; i++)
            {
                // The second step from where the first ended: the plain one, and the term's share of it.
                var share = Rate * Mu * ((double)one[i] - x.Values[i]);
                ((double)own[i]).ShouldBe(two[i] - share, 2e-7 * Math.Max(Math.Abs(two[i]), 0.1), $"{x.Key.Name}, {i}");
                moved += Math.Abs(share) > 1e-6 ? 1 : 0;
                lost += Math.Abs(share) > 1e-6 && Rounded(one[i]) == Rounded(x.Values[i]) ? 1 : 0;
            }
        }

        moved.ShouldBeGreaterThan(1000);
        lost.ShouldBeGreaterThan(moved * 9 / 10);

        static ParameterSet Trained(double mu, int steps, out ParameterSet before)
        {
            var method = WithMu(mu) with { Cohort = new Cohort.All(), Adaptation = new LayersConfig([1]) };
            method = method with
            {
                LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with
                {
                    Optimizer = new OptimizerSpec.Sgd(Rate), LearningRateSchedule = null, Clipping = null, Budget = new Budget.Steps(steps), BatchSize = 8,
                }),
            };
            using var federation = new ModelFederation(method, [ModelFederation.Texts(1, 5)], storage: StorageType.BF16);
            before = federation.Start;
            return federation.Run(1)[0].Model;
        }

        // To the nearest number with eight bits, ties to even.
        static uint Rounded(float value)
        {
            var bits = BitConverter.SingleToUInt32Bits(value);
            return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
        }
    }

    private static Method WithMu(double mu) =>
        Catalogue.FedProx with { LocalProgram = Catalogue.FedProx.LocalProgram.WithEveryPhase(phase => phase with { Losses = [new LossTerm.Task(), new LossTerm.Proximal(mu)] }) };

    private static float[] Slope(Quadratic model, ProximalTerm term)
    {
        model.Trainable.ZeroGradient();
        term.AddGradient(model.Trainable);
        return model.Trainable.ReadGradient().Values();
    }
}
