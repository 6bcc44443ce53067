using Tributary.Federation.Devices;
using Tributary.Federation.Experiments;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Experiments;

public sealed class DevicesReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_section_is_read_to_the_letter()
    {
        var devices = Read("rbla", """
            devices:
              profiles:
                workstation: { memory: 16 GiB, bandwidth_up: 1 Gbit/s, bandwidth_down: 125 MB/s, clients: clinic }
                phone: { rank: 2, layers: 3, memory: 512MB, base_dtype: nf4, bandwidth_up: 2.5 Mbps, share: 0.5 }
                meter: { memory: 1000000, clients: [a, b], share: 2 }
              seed: 9
              too_small: leave_out
            """)!;

        (devices.Seed, devices.TooSmall).ShouldBe((9, TooSmall.LeaveOut));
        devices.Profiles.Select(profile => profile with { Clients = [] }).ShouldBe(
        [
            new DeviceProfile("workstation", MemoryBytes: 16L << 30, BandwidthUp: 1e9, BandwidthDown: 1e9) { Clients = [] },
            new DeviceProfile("phone", 2, 3, 512_000_000, 2.5e6) { Share = 0.5, BaseType = StorageType.Nf4, Clients = [] },
            new DeviceProfile("meter", MemoryBytes: 1_000_000) { Share = 2, Clients = [] },
        ]);
        devices.Profiles.Select(profile => string.Join('+', profile.Clients)).ShouldBe(["clinic", "", "a+b"]);
    }

    [Fact]
    public void Without_the_section_there_are_none_and_the_seed_is_the_experiments()
    {
        Read("fedit", "").ShouldBeNull();
        Read("fedit", "seed: 4\ndevices: { profiles: { a: { share: 1 } } }\n")!.ShouldSatisfyAllConditions(
            devices => devices.Seed.ShouldBe(4),
            devices => devices.TooSmall.ShouldBe(TooSmall.Refuse));
    }

    [Theory]
    [InlineData("{ }", "'devices.profiles' is missing")]
    [InlineData("{ profiles: { a: { share: 1 } }, profil: 1 }", "line 4: unknown key 'devices.profil'; did you mean 'profiles'?")]
    [InlineData("{ profiles: { a: { share: 1, memry: 1 GB } } }", "line 4: unknown key 'devices.profiles.a.memry'; did you mean 'memory'?")]
    [InlineData("{ profiles: { a: } }", "line 4: 'devices.profiles.a' is given to nobody; add 'clients'")]
    [InlineData("{ profiles: { ? { b: c } : { } } }", "is given to nobody")]
    [InlineData("{ profiles: { a: 3 } }", "'devices.profiles.a' is not a section")]
    [InlineData("{ profiles: { a: { share: 0 } } }", "'devices.profiles.a.share' is '0', expected a number above 0")]
    [InlineData("{ profiles: { a: { share: 1e308 }, b: { share: 1e308 } } }", "'devices.profiles.a.share' is '1e308', expected a number above 0, at most 1000000")]
    [InlineData("{ profiles: { } }", "'devices.profiles' is empty; name a kind of machine")]
    [InlineData("{ profiles: { a: { share: 1, base_dtype: int4 } } }", "line 4: 'devices.profiles.a.base_dtype' has no choice 'int4'; did you mean 'int8'?")]
    [InlineData("{ profiles: { a: { share: 1, rank: 0 } } }", "'devices.profiles.a.rank' is '0', expected a whole number from 1")]
    [InlineData("{ profiles: { a: { share: 1, layers: -1 } } }", "'devices.profiles.a.layers'")]
    [InlineData("{ profiles: { a: { share: 1, memory: 0 } } }", "'devices.profiles.a.memory' is '0', expected memory above 0 such as 2 GB")]
    [InlineData("{ profiles: { a: { share: 1, memory: 2 Gb } } }", "expected memory above 0")]
    [InlineData("{ profiles: { a: { share: 1, memory: 1e400 } } }", "expected memory above 0")]
    [InlineData("{ profiles: { a: { share: 1, memory: 99999999999999999999 GB } } }", "expected memory above 0")]
    [InlineData("{ profiles: { a: { share: 1, bandwidth_up: 20 } } }", "'devices.profiles.a.bandwidth_up' is '20', expected a bandwidth above 0 such as 20 Mbit/s")]
    [InlineData("{ profiles: { a: { share: 1, bandwidth_down: -1 Mbit/s } } }", "'devices.profiles.a.bandwidth_down'")]
    [InlineData("{ profiles: { a: { share: 1, bandwidth_down: 0 Mbit/s } } }", "'devices.profiles.a.bandwidth_down'")]
    [InlineData("{ profiles: { a: { clients: [x] }, b: { clients: [x] } } }", "'devices.profiles.b.clients' names 'x', as does 'a'")]
    [InlineData("{ profiles: { a: { share: 1 } }, too_small: ignore }", "'devices.too_small' has no choice 'ignore'")]
    [InlineData("{ profiles: { a: { share: 1 } }, seed: -1 }", "'devices.seed'")]
    public void What_cannot_be_is_refused_with_its_place_and_the_remedy(string devices, string says) =>
        Should.Throw<InputException>(() => Read("fedit", $"devices: {devices}\n")).Message.ShouldContain(says);

    [Theory]
    [InlineData("fedit", "rank: 2", "ranks need method.dispatch: slice")]
    [InlineData("rbla", "rank: 9", "devices.profiles.a.rank is 9, the adaptation's 8; lower it")]
    [InlineData("fed-pilot", "rank: 2", "fed-pilot does not give clients ranks of their own; choose method: rbla")]
    [InlineData("fed-pilot", "layers: 2", "devices.profiles.a.layers: fed-pilot divides blocks by a rule of its own")]
    [InlineData("flora", "layers: 2", "devices.profiles.a.layers: flora has no place for")]
    public void Limits_that_the_method_has_no_place_for_are_refused_before_anything_is_opened(string method, string limit, string says) =>
        Should.Throw<ImpossibleException>(() => Read(method, $"adaptation: {{ lora: {{ rank: 8, alpha: 16 }} }}\ndevices: {{ profiles: {{ a: {{ share: 1, {limit} }} }} }}\n")).Message.ShouldContain(says);

    [Theory]
    [InlineData("rbla", "rank: 2, layers: 1")]
    [InlineData("hetlora", "rank: 2")]
    [InlineData("flexlora", "rank: 2, layers: 3")]
    [InlineData("fedra", "layers: 3")]
    [InlineData("fedit", "layers: 3")]
    [InlineData("scaffold", "memory: 1 GB")]
    public void Limits_that_the_method_has_a_place_for_are_taken(string method, string limit) =>
        Read(method, $"adaptation: {{ lora: {{ rank: 8, alpha: 16 }} }}\ndevices: {{ profiles: {{ a: {{ share: 1, {limit} }} }} }}\n")!.Profiles.ShouldHaveSingleItem();

    public void Dispose() => folder.Dispose();

    private DeviceSettings? Read(string method, string more) =>
        ExperimentFile.Read(folder.Write("experiment.yaml", $"model: m\ndata: {{ train: d.json }}\nmethod: {method}\n{more}")).Devices;
}
