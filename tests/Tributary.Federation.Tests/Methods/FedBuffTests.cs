using Tributary.Federation.Devices;
using Tributary.Federation.Ledger;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Parts.Weightings;

namespace Tributary.Federation.Tests.Methods;

/// <summary>
/// Events follow each other by the run's own clock. A run ends with a version, so that no buffer is left half full; what is under way then is called off. Masks of secure aggregation
/// are not there yet.
/// </summary>
[Specification(6, "fedbuff", "fedasync", "hierfavg")]
public sealed class FedBuffTests : IDisposable
{
    private readonly BufferedFederation federation = new();

    [Fact]
    [Checks(1)]
    public void Late_updates_count_less() => Enumerable.Range(0, 5).Select(versions => Math.Round(WeightingRules.FactorAt(new StalenessDecay.Polynomial(0.5), versions), 4))
        .ShouldBe([1, 0.7071, 0.5774, 0.5, 0.4472]);

    [Fact]
    [Checks(2)]
    public async Task With_equal_durations_and_as_many_in_flight_as_in_the_buffer_it_is_averaging_of_changes()
    {
        var synchronous = await federation.RunAsync("sync", Catalogue.FedIt with { Codec = new Codec(Up: new Encoding.Deltas()), Weighting = new Weighting.Uniform() }, 4, new Durations.Constant(3));
        var buffered = await federation.RunAsync("buffer", Buffered(size: 5, inFlight: 5), 4, new Durations.Constant(3));
        buffered.Model.Values().ShouldBe(synchronous.Model.Values());
        federation.Arrivals.ShouldAllBe(arrival => arrival.Staleness == 0);
        federation.Reports("buffer").Select(report => report.Clock).ShouldBe([3, 6, 9, 12]);
    }

    [Fact]
    public async Task Changes_are_divided_by_their_number_after_being_weighed_by_how_late_they_are()
    {
        var state = await federation.RunAsync("a", Buffered(size: 2, inFlight: 5), 5);
        var (x, version) = (new[] { 1.0, -2.0 }, 0);
        foreach (var buffer in federation.Arrivals.Chunk(2))
        {
            var step = buffer.Sum(arrival => BufferedFederation.Change(arrival.Key) / Math.Sqrt(1 + version - arrival.Key.Version)) / 2;
            x = [x[0] + step, x[1] + step];
            version++;
        }

        federation.Arrivals.Max(arrival => arrival.Staleness).ShouldBeGreaterThan(0, "some are late");
        federation.Reports("a").Select(report => report.Staleness!.Order()).ShouldBe(federation.Arrivals.Chunk(2).Select(buffer => buffer.Select(arrival => arrival.Staleness).Order()));
        state.Model.Values().ShouldBeNear(x, 1e-6);
    }

    [Theory]
    [Checks(4)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Every_so_many_arrivals_are_one_step(int size)
    {
        var state = await federation.RunAsync("a", Buffered(size, inFlight: 4), 12 / size);
        state.Version.ShouldBe(12 / size);
        federation.Arrivals.Count.ShouldBe(12 / size * size);
        federation.Reports("a").ShouldAllBe(report => report.Participants.Count == size);
    }

    [Fact]
    [Checks(6)]
    public async Task The_same_seed_gives_the_same_events_and_another_one_others()
    {
        await federation.RunAsync("a", Buffered(2, 4), 6);
        var events = Events();
        await federation.RunAsync("b", Buffered(2, 4), 6);
        Events().ShouldBe(events);
        await federation.RunAsync("c", Buffered(2, 4), 6, seed: 2);
        Events().ShouldNotBe(events);
    }

    [Fact]
    public async Task So_many_clients_are_always_at_work_and_each_on_the_newest_version_when_it_begins()
    {
        await federation.RunAsync("a", Buffered(2, 4), 8);
        federation.MostAtWork.ShouldBe(4);
        federation.Begun.Count.ShouldBeGreaterThan(16);
        federation.Begun.Select(begun => begun.Version).ShouldBe(federation.Begun.Select(begun => begun.Version).Order(), "versions never go back");
        federation.Begun.Select(begun => (begun.Client, begun.Version)).ShouldBeUnique();
    }

    [Fact]
    public async Task Work_that_is_too_old_is_called_off()
    {
        await federation.RunAsync("a", Buffered(size: 2, inFlight: 5) with { Pace = new Pace.Buffer(2, 5, MostStale: 1) }, 12, new Durations.LogNormal(2, 1.6));
        federation.Arrivals.Max(arrival => arrival.Staleness).ShouldBe(1);
        var down = federation.Reports("a").Sum(report => report.Traffic.Count(traffic => traffic.Down.Bytes > 0));
        down.ShouldBeGreaterThan(24 + 5, "somebody was sent a version for nothing");
        var calledOff = federation.Reports("a").Sum(report => report.CalledOff);
        calledOff.ShouldBeGreaterThan(0);
        (federation.Begun.Count - federation.Arrivals.Count - calledOff).ShouldBeInRange(0, 5, "what began has arrived, was called off or is under way");
    }

    /// <summary>The process dies before every single call that the loop makes; going on must end in the same bytes, after the same events.</summary>
    [Fact]
    public async Task Killed_at_any_call_and_resumed_the_result_has_the_same_bytes()
    {
        var method = Buffered(2, 4);
        var calls = 0;
        await federation.RunAsync("whole", method, 3, before: () => calls++);
        var (model, reports) = (federation.Final("whole", 3), federation.Told("whole"));
        for (var kill = 1; kill <= calls; kill++)
        {
            var (name, count) = ($"killed{kill}", 0);
            await Should.ThrowAsync<InvalidOperationException>(federation.RunAsync(name, method, 3, before: () => Die(++count == kill)));
            await federation.RunAsync(name, method, 3);
            federation.Final(name, 3).ShouldBe(model, name);
            federation.Told(name).ShouldBe(reports, name);
        }
    }

    [Theory]
    [InlineData(2, 4, 16)]
    [InlineData(2, 5, 1)]
    [InlineData(5, 5, 16)]
    public async Task Bytes_are_foretold_exactly(int size, int inFlight, int mostStale)
    {
        var method = Buffered(size, inFlight) with { Pace = new Pace.Buffer(size, inFlight, mostStale) };
        await federation.RunAsync("a", method, 9);
        var ledger = new TrafficLedger();
        federation.Reports("a").ToList().ForEach(ledger.OnRound);
        foreach (var forecast in TrafficForecast.Of(BufferedFederation.Plan(method, 9, BufferedFederation.Varied), BufferedFederation.Start))
        {
            ledger.Rounds[forecast.Round].Down.ShouldBe(forecast.Bytes.Down);
            ledger.Rounds[forecast.Round].Up.ValueBytes.ShouldBe(forecast.Bytes.Up.ValueBytes);
        }
    }

    /// <summary>Half of the clients have a slow way, so that whoever is done first may arrive last.</summary>
    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 5)]
    public async Task With_bandwidths_too_who_is_asked_is_foretold_and_kills_change_nothing(int size, int inFlight)
    {
        var method = Buffered(size, inFlight);
        var calls = 0;
        await federation.RunAsync("whole", method, 6, devices: Slow, before: () => calls++);
        var (model, reports) = (federation.Final("whole", 6), federation.Told("whole"));
        TrafficForecast.Of(BufferedFederation.Plan(method, 6, BufferedFederation.Varied, devices: Slow), BufferedFederation.Start).Select(round => string.Join(',', round.Cohort.Order(StringComparer.Ordinal)))
            .ShouldBe(federation.Reports("whole").Select(report => string.Join(',', report.Traffic.Where(traffic => traffic.Down.Bytes > 0).Select(traffic => traffic.Client).Order(StringComparer.Ordinal))));
        for (var kill = 1; kill <= calls; kill += 3)
        {
            var (name, count) = ($"killed{kill}", 0);
            await Should.ThrowAsync<InvalidOperationException>(federation.RunAsync(name, method, 6, devices: Slow, before: () => Die(++count == kill)));
            await federation.RunAsync(name, method, 6, devices: Slow);
            federation.Final(name, 6).ShouldBe(model, name);
            federation.Told(name).ShouldBe(reports, name);
        }
    }

    [Fact]
    public void What_cannot_overlap_is_refused()
    {
        MethodRules.Refusals(Catalogue.FedBuff with { Capacity = new Capacity.Units() }).ShouldContain(reason => reason.Contains("the same in every round"));
        MethodRules.Refusals(Catalogue.Scaffold with { Pace = new Pace.Buffer() }).ShouldContain(reason => reason.Contains("control variates"));
        MethodRules.Refusals(Catalogue.RoLora with { Pace = new Pace.Buffer() }).ShouldContain(reason => reason.Contains("schedule"));
        MethodRules.Refusals(Catalogue.FedExLora with { Pace = new Pace.Buffer() }).ShouldContain(reason => reason.Contains("base weights"));
        MethodRules.Refusals(Catalogue.FedBuff with { Pace = new Pace.Buffer(0) }).ShouldContain(reason => reason.Contains("size"));
        MethodRules.Refusals(Catalogue.FedBuff with { Weighting = new Weighting.Staleness(Decay: new StalenessDecay.Polynomial(2)) }).ShouldContain(reason => reason.Contains("exponent"));
    }

    public void Dispose() => federation.Dispose();

    private static Dictionary<string, DeviceProfile> Slow { get; } = new[] { "c1", "c2", "c3", "c4", "c5" }.ToDictionary(
        client => client, client => client is "c1" or "c4" ? new DeviceProfile("phone", BandwidthUp: 2000, BandwidthDown: 8000) : new DeviceProfile("server"), StringComparer.Ordinal);

    private string[] Events() => [.. federation.Arrivals.Select(arrival => arrival.Key.ToString())];

    private static Method Buffered(int size, int inFlight) => Catalogue.FedBuff with { Pace = new Pace.Buffer(size, inFlight) };

    private static void Die(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("killed");
        }
    }
}
