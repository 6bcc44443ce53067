using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(6, "lora-fair")]
public sealed class LoraFairTests
{
    private static readonly HostMatrix Mean = new(2, 2, [0.5, 1, 1.5, 2]);

    public static TheoryData<ProductMetric> Metrics => [ProductMetric.Cosine, ProductMetric.SquaredError];

    [Theory]
    [InlineData(0, 0.192308)]
    [InlineData(0.01, 0.192160)]
    [Checks(1)]
    public void With_squared_error_the_correction_is_that_of_the_closed_form(double lambda, double expected)
    {
        var b = Correct(ProductMetric.SquaredError, lambda).Model[LoraFederation.B].Values;
        b.Select(value => value - 0.5).ShouldBe([-expected, expected], 1e-6);
    }

    [Fact]
    [Checks(1)]
    public void The_error_falls_but_one_rank_is_too_few_for_none()
    {
        LoraFederation.Distance(LoraFederation.Product(LoraFixtures.Join(Catalogue.FedIt, LoraFixtures.F1).Model), Mean).ShouldBe(1, 1e-6);
        LoraFederation.Distance(LoraFederation.Product(Correct(ProductMetric.SquaredError, 0).Model), Mean).ShouldBe(0.196116, 1e-6);
    }

    [Theory]
    [InlineData(0.01, -0.2135768, 0.1383700)]
    [InlineData(1, -0.1072865, 0.0734700)]
    public void With_the_cosine_the_correction_is_that_of_gradient_descent(double lambda, double first, double second)
    {
        // A thousand steps of 0.01, calculated by hand for two numbers.
        var b = Correct(ProductMetric.Cosine, lambda).Model[LoraFederation.B].Values;
        b.Select(value => value - 0.5).ShouldBe([first, second], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    [Checks(2)]
    public void Clients_that_agree_need_no_correction(ProductMetric metric)
    {
        FactorUpdate[] same = [LoraFixtures.F2[1], LoraFixtures.F2[1] with { Examples = 1 }];
        LoraFixtures.Join(Method(metric, 0.01), same).Model[LoraFederation.B].Values.ShouldBe(same[0].B);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    [Checks(3)]
    public void A_heavy_penalty_leaves_what_FedIT_gives(ProductMetric metric) =>
        Correct(metric, 1e9).Model[LoraFederation.B].Values.ShouldBe([0.5f, 0.5f], 1e-6);

    [Fact]
    [Checks(4)]
    public void The_cosine_does_not_see_how_long_the_target_is_and_the_squared_error_does()
    {
        var (a, b) = (new HostMatrix(1, 2, [2, 3]), new HostMatrix(2, 1, [0.5, 0.5]));
        LoraFactors one = new(new HostMatrix(2, 2, [0.5, 1, 1.5, 2]), HostMatrix.Identity(2), 1);
        var seven = one with { Scale = 7 };
        FactorCorrection.ByCosine(seven, a, b, 0.01, 1000, 0.01).Values.ShouldBe(FactorCorrection.ByCosine(one, a, b, 0.01, 1000, 0.01).Values, 1e-12);
        LoraFederation.Distance(FactorCorrection.BySquaredError(seven, a, b, 0.01), FactorCorrection.BySquaredError(one, a, b, 0.01)).ShouldBeGreaterThan(0.5);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    [Checks(5)]
    public void The_objective_is_never_above_that_without_a_correction(ProductMetric metric)
    {
        foreach (var lambda in (double[])[0, 0.01, 1, 1000])
        {
            for (var seed = 0; seed < 5; seed++)
            {
                var (a, b) = (Random(3, 7, seed), Random(5, 3, seed + 20));
                var target = new LoraFactors(Random(4, 7, seed + 40), Random(5, 4, seed + 60), 1.5);
                var d = metric == ProductMetric.Cosine
                    ? FactorCorrection.ByCosine(target, a, b, lambda, 200, 0.5)
                    : FactorCorrection.BySquaredError(target, a, b, lambda);
                var (after, before) = (Objective(metric, target, a, b, d, lambda), Objective(metric, target, a, b, new HostMatrix(5, 3), lambda));
                after.ShouldBeLessThan(before, $"lambda {lambda}, seed {seed}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    [Checks(6)]
    public void A_stays_as_it_was_joined_and_clients_begin_from_the_corrected_B(ProductMetric metric)
    {
        using var corrected = new LoraFederation(Method(metric, 0.01));
        using var plain = new LoraFederation(Catalogue.FedIt);
        var (states, others) = (corrected.Run(2), plain.Run(2));
        states[0].Model[LoraFederation.A].Values.ShouldBe(others[0].Model[LoraFederation.A].Values);
        states[0].Model[LoraFederation.B].Values.ShouldNotBe(others[0].Model[LoraFederation.B].Values);
        corrected.Visits.Where(visit => visit.Version == 1).ShouldAllBe(visit => visit.Start[LoraFederation.B].Values.SequenceEqual(states[0].Model[LoraFederation.B].Values));
    }

    [Fact]
    public void Settings_that_cannot_hold_are_refused()
    {
        MethodRules.Refusals(Method(ProductMetric.Cosine, -1)).ShouldHaveSingleItem().ShouldContain("lambda");
        MethodRules.Refusals(Catalogue.LoraFair with { Combine = new Combine.Median() }).ShouldHaveSingleItem().ShouldContain("factors");
    }

    private static Method Method(ProductMetric metric, double lambda) => Catalogue.LoraFair with { ServerStep = new ServerStep.CorrectB(metric, lambda) };

    private static ServerState Correct(ProductMetric metric, double lambda) => LoraFixtures.Join(Method(metric, lambda), LoraFixtures.F1, alpha: 3);

    private static double Objective(ProductMetric metric, LoraFactors target, HostMatrix a, HostMatrix b, HostMatrix d, double lambda)
    {
        var (whole, product) = (target.Product(), b.Plus(d).Times(a));
        var distance = metric == ProductMetric.SquaredError
            ? Math.Pow(LoraFederation.Distance(whole, product), 2)
            : 1 - (Dot(whole, product) / Math.Sqrt(Dot(whole, whole) * Dot(product, product)));
        return distance + (lambda * Dot(d, d));
    }

    private static double Dot(HostMatrix x, HostMatrix y) => x.Values.Zip(y.Values, (u, v) => u * v).Sum();

    private static HostMatrix Random(int rows, int columns, int seed) => new(rows, columns, [.. Enumerable.Range(0, rows * columns).Select(i => Math.Sin((1.3 * i) + (0.7 * seed) + 0.1))]);
}
