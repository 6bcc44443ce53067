using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Weightings;

namespace Tributary.Federation.Tests.Methods;

public sealed class FedAsyncTests : IDisposable
{
    private readonly BufferedFederation federation = new();

    [Fact]
    [Checks(3, Of = "fedasync")]
    public async Task A_full_step_at_every_arrival_makes_the_last_returned_model_the_global_one()
    {
        var method = Catalogue.FedAsync with
        {
            Weighting = new Weighting.Staleness(Decay: new StalenessDecay.Constant()), ServerStep = new ServerStep.Replace(1), Cohort = new Cohort.Uniform(Count: 3),
        };
        for (var rounds = 1; rounds < 6; rounds++)
        {
            var state = await federation.RunAsync($"a{rounds}", method, rounds);
            var sent = federation.Arrivals[^1].Sent;
            state.Model.Values().ShouldBeNear(sent, 1e-6);
        }
    }

    [Fact]
    public async Task FedAsync_goes_a_part_of_the_way_to_the_model_of_each_client()
    {
        var state = await federation.RunAsync("a", Catalogue.FedAsync with { Cohort = new Cohort.Uniform(Count: 3) }, 6);
        var x = new[] { 1.0, -2.0 };
        foreach (var (arrival, version) in federation.Arrivals.Select((arrival, version) => (arrival, version)))
        {
            var alpha = 0.6 / Math.Sqrt(1 + version - arrival.Key.Version);
            x = [.. x.Zip(arrival.Sent, (global, own) => ((1 - alpha) * global) + (alpha * own))];
        }

        federation.Arrivals.Max(arrival => arrival.Staleness).ShouldBeGreaterThan(0, "some are late");
        state.Model.Values().ShouldBeNear(x, 1e-6);
    }

    [Fact]
    public void A_hinge_falls_behind_its_edge_and_constants_never()
    {
        Enumerable.Range(0, 7).Select(versions => WeightingRules.FactorAt(new StalenessDecay.Hinge(10, 4), versions)).ShouldBe([1, 1, 1, 1, 1, 1.0 / 11, 1.0 / 21]);
        WeightingRules.FactorAt(new StalenessDecay.Constant(), 9).ShouldBe(1);
    }

    public void Dispose() => federation.Dispose();
}
