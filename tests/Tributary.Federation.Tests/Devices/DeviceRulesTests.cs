using Tributary.Federation.Devices;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Tests.Methods;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Devices;

/// <summary>Clients with different ranks and blocks in one run: c1 has everything, c2 one rank and the last two blocks, c3 the last block.</summary>
public class DeviceRulesTests
{
    private static readonly Dictionary<string, DeviceProfile> Devices = new()
    {
        ["c1"] = new("workstation"), ["c2"] = new("phone", Rank: 1, Layers: 2), ["c3"] = new("meter", Layers: 1),
    };

    private static Method Equipped(Method method) => DeviceRules.Equipped(method with { Adaptation = new LoraConfig(2, 2) }, Devices);

    [Fact]
    public void Methods_that_have_no_place_for_fewer_layers_say_so_by_the_profiles_own_key()
    {
        DeviceProfile[] profiles = [new("big"), new("phone", Layers: 2)];
        DeviceRules.Refusals(Catalogue.Flora, profiles).ShouldHaveSingleItem().ShouldStartWith("devices.profiles.phone.layers: flora has no place for clients with fewer layers");
        DeviceRules.Refusals(Catalogue.FedKSeed, profiles).ShouldHaveSingleItem().ShouldContain("seeds and scalars");
        DeviceRules.Refusals(Catalogue.FedIt, profiles).ShouldBeEmpty();
    }

    [Fact]
    public void A_client_trains_and_sends_its_ranks_of_its_last_blocks_and_has_those_of_the_others()
    {
        using var federation = new BlockFederation(Equipped(Catalogue.Rbla));
        federation.Run(2);
        foreach (var (_, visit) in federation.Visits)
        {
            var (rank, first) = visit.Client switch { "c1" => (2, 0), "c2" => (1, 2), _ => (2, 3) };
            visit.Down.Section(MessageBody.Parameters).Select(tensor => tensor.Key).ShouldBe(federation.Start.Select(tensor => tensor.Key), "all blocks act in the forward pass");
            visit.Down.Section(MessageBody.Parameters).Where(key => key.Role == "lora_A").ShouldAllBe(tensor => tensor.Shape[0] == rank);
            visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key).ShouldBe(federation.Start.Select(tensor => tensor.Key).Where(key => key.Layer < 0 || key.Layer >= first));
            visit.Up.Section(MessageBody.Parameters).Where(key => key.Role == "lora_B").ShouldAllBe(tensor => tensor.Shape[1] == rank);
            visit.Trained.Where(key => key.Layer >= 0 && key.Layer < first).ShouldAllBe(tensor => tensor.Values.SequenceEqual(visit.Start[tensor.Key].Values));
        }
    }

    [Fact]
    public void A_narrower_machine_has_its_share_of_the_units_and_the_others_all()
    {
        var devices = new Dictionary<string, DeviceProfile> { ["c1"] = new("workstation"), ["c2"] = new("phone") { Width = 0.25 } };
        var capacity = DeviceRules.Equipped(Catalogue.RaFfm, devices).Capacity.ShouldBeOfType<Capacity.Elastic>();
        capacity.Shares.ShouldBe([1]);
        capacity.ByClient!.ShouldBe([new("c2", 0.25)]);
        DeviceRules.Refusals(Catalogue.RaFfm, [.. devices.Values]).ShouldBeEmpty();
        DeviceRules.Refusals(Catalogue.FedIt, [.. devices.Values]).ShouldHaveSingleItem().ShouldContain("choose method: raffm");
        DeviceRules.Refusals(Catalogue.RaFfm with { Capacity = new Capacity.Elastic(ByClient: new Dictionary<string, double> { ["c1"] = 1 }) }, [.. devices.Values]).ShouldHaveSingleItem().ShouldContain("keep one");
    }

    [Fact]
    public void Values_are_joined_over_those_who_trained_them()
    {
        using var federation = new BlockFederation(Equipped(Catalogue.Rbla));
        var after = federation.Run(1)[0].Model;
        ParameterSet Trained(string client) => federation.Visits.Single(visit => visit.Visit.Client == client).Visit.Trained;
        foreach (var key in federation.Start.Select(tensor => tensor.Key).Where(key => key.Layer is 0 or 1))
        {
            after[key].Values.ShouldBe(Trained("c1")[key].Values, "nobody else trains the lower half");
        }

        var a = federation.Start.Single(tensor => tensor.Key is { Layer: 2, Role: "lora_A" } && tensor.Key.Name.Contains(".q.", StringComparison.Ordinal)).Key;
        var (one, two) = (Trained("c1")[a].Values, Trained("c2")[a].Values);
        for (var i = 0; i < one.Length; i++)
        {
            // Clients have 1 and 2 examples; the second rank is the first client's alone.
            after[a].Values[i].ShouldBe(i < two.Length ? (float)((one[i] + (2 * two[i])) / 3.0) : one[i], 1e-6f);
        }
    }

    [Theory]
    [InlineData("rbla")]
    [InlineData("hetlora")]
    [InlineData("flexlora")]
    public void The_bytes_of_such_a_run_are_foretold_client_by_client(string id)
    {
        using var federation = new BlockFederation(Equipped(Catalogue.Find(id)));
        federation.Run(3);
        foreach (var forecast in TrafficForecast.Of(federation.Plan(3), federation.Start))
        {
            var real = federation.Ledger.Rounds[forecast.Round];
            real.Up.Bytes.ShouldBeInRange(forecast.Least.Up.Bytes, forecast.Bytes.Up.Bytes);
            real.Down.Bytes.ShouldBeInRange(forecast.Least.Down.Bytes, forecast.Bytes.Down.Bytes);
            (forecast.Least == forecast.Bytes).ShouldBe(id != "hetlora", "only pruning depends on data");
        }
    }

    [Fact]
    public void Blocks_that_are_drawn_are_as_many_as_the_device_trains()
    {
        using var federation = new BlockFederation(DeviceRules.Equipped(Catalogue.FedRa with { Adaptation = new LoraConfig(2, 2) }, new Dictionary<string, DeviceProfile>
        {
            ["c1"] = new("workstation"), ["c2"] = new("phone", Layers: 2), ["c3"] = new("meter", Layers: 1),
        }));
        federation.Run(3);
        federation.Visits.ShouldAllBe(visit => visit.Visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key.Layer).Where(layer => layer >= 0).Distinct().Count()
            == (visit.Visit.Client == "c1" ? BlockFederation.Blocks : visit.Visit.Client == "c2" ? 2 : 1));
    }

    [Fact]
    public void Without_limits_a_method_stays_what_it_is() =>
        DeviceRules.Equipped(Catalogue.Rbla, new Dictionary<string, DeviceProfile> { ["c1"] = new("a", MemoryBytes: 1) }).Capacity.ShouldBe(Catalogue.Rbla.Capacity);
}
