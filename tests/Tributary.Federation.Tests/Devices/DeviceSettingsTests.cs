using Tributary.Federation.Devices;
using Tributary.Federation.Experiments;

namespace Tributary.Federation.Tests.Devices;

public class DeviceSettingsTests
{
    private static readonly string[] Clients = [.. Enumerable.Range(0, 10).Select(i => $"c{i}")];

    [Fact]
    public void Named_clients_have_theirs_and_shares_divide_the_others_to_the_client_whatever_the_seed()
    {
        var drawn = Enumerable.Range(0, 20).Select(seed => Assigned(seed)).ToArray();

        drawn.ShouldAllBe(all => all.Split(' ')[3] == "named");
        foreach (var all in drawn)
        {
            // 9 clients at 1 : 3 are 2.25 and 6.75.
            all.Split(' ').CountBy(name => name).OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => count.Value).ShouldBe([2, 7, 1]);
        }

        drawn.Distinct().Count().ShouldBeGreaterThan(10);
        drawn[3].ShouldBe(Assigned(3));
    }

    [Fact]
    public void Who_has_no_device_or_is_no_client_is_named()
    {
        var settings = new DeviceSettings([new DeviceProfile("a") { Clients = ["c1", "c11"] }], 1, TooSmall.Refuse);

        var reasons = Should.Throw<ImpossibleException>(() => settings.Assign("file", Clients)).Reasons;

        reasons[0].ShouldBe("devices.profiles.a.clients names 'c11', which is no client; did you mean 'c1'?");
        reasons[1].ShouldBe("devices: client 'c0' has no profile; name it among the clients of one, or give a profile a share");
    }

    [Fact]
    public void Bodies_are_on_the_wire_for_their_bits_over_the_bandwidth()
    {
        var bytes = new Federation.Ledger.TrafficSum(new(1_000_000, 0), new(500_000, 0));
        new DeviceProfile("a", BandwidthUp: 2e6, BandwidthDown: 8e6).TransferSeconds(bytes).ShouldBe(4 + 0.5, 1e-12);
        new DeviceProfile("a", BandwidthDown: 8e6).TransferSeconds(bytes).ShouldBe(0.5, 1e-12);
        new DeviceProfile("a").TransferSeconds(bytes).ShouldBe(0);
    }

    private static string Assigned(long seed)
    {
        var settings = new DeviceSettings([new DeviceProfile("few") { Share = 1 }, new DeviceProfile("many") { Share = 3 }, new DeviceProfile("named") { Clients = ["c3"] }], seed, TooSmall.Refuse);
        return string.Join(' ', settings.Assign("file", Clients).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value.Name));
    }
}
