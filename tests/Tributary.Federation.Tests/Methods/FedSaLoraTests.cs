using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedsa-lora")]
public sealed class FedSaLoraTests
{
    [Fact]
    [Checks(1)]
    public void An_upload_holds_A_alone()
    {
        using var federation = new LoraFederation(Catalogue.FedSaLora);
        federation.Run(2);
        federation.Visits.ShouldAllBe(visit => visit.Up.Section(MessageBody.Parameters).Single().Key == LoraFederation.A);
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(2 * 2 * LoraFederation.Inputs * 4);
    }

    [Fact]
    [Checks(1)]
    public void Neither_B_nor_the_head_is_sent_and_the_length_is_the_ranks_times_the_inputs()
    {
        using var federation = new BlockFederation(Catalogue.FedSaLora);
        federation.Run(2);
        federation.Visits.SelectMany(v => v.Visit.Up.Sections.Values).SelectMany(section => section).ShouldAllBe(tensor => tensor.Key.Role == "lora_A");
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(2 * 4 * BlockFederation.Blocks * 2 * (3 + 5));
        federation.States.Load("c1").Section(LocalProgramRunner.PrivateSection).ShouldContain(tensor => tensor.Key.Role == "head");
    }

    [Fact]
    [Checks(2)]
    public void B_stays_a_clients_own_to_the_bit()
    {
        using var federation = new LoraFederation(Catalogue.FedSaLora);
        var states = federation.Run(2);
        foreach (var visit in federation.Visits.Where(visit => visit.Version == 1))
        {
            var before = federation.Visits.Single(other => other.Version == 0 && other.Client == visit.Client);
            visit.Start[LoraFederation.B].Values.ShouldBe(before.Trained[LoraFederation.B].Values);
            visit.Start[LoraFederation.A].Values.ShouldBe(states[0].Model[LoraFederation.A].Values);
        }
    }

    [Fact]
    [Checks(3)]
    public void Clients_with_the_same_A_have_different_updates_and_without_state_none()
    {
        using var federation = new LoraFederation(Catalogue.FedSaLora);
        var state = federation.Run(1)[0];
        var served = (string client) => LoraFederation.Product(federation.Served(state, client));
        LoraFederation.Distance(served("c1"), served("c2")).ShouldBeGreaterThan(0.1);
        served("nobody").Values.ShouldAllBe(value => value == 0);
    }

    [Fact]
    [Checks(4)]
    public void Alone_it_is_local_LoRA()
    {
        using var federation = new LoraFederation(Catalogue.FedSaLora, clients: 1, steps: 2);
        using var local = new LoraFederation(Catalogue.FedIt, clients: 1, steps: 6);
        var (global, whole) = (federation.Run(3)[2].Model, local.Run(1)[0].Model);
        var own = federation.States.Load("c1").Section(LocalProgramRunner.PrivateSection);

        // The model calculates in double, what travels and is kept is single.
        global[LoraFederation.A].Values.ShouldBe(whole[LoraFederation.A].Values, 1e-6);
        own[LoraFederation.B].Values.ShouldBe(whole[LoraFederation.B].Values, 1e-6);
    }

    [Fact]
    [Checks(5)]
    public void What_clients_use_is_not_what_FedIT_gives_them()
    {
        using var federation = new LoraFederation(Catalogue.FedSaLora);
        using var plain = new LoraFederation(Catalogue.FedIt);
        var (state, common) = (federation.Run(1)[0], plain.Run(1)[0].Model);
        foreach (var client in (string[])["c1", "c2", "c3"])
        {
            var own = federation.Served(state, client);
            LoraFederation.Distance(LoraFederation.Product(own), LoraFederation.Product(common)).ShouldBeGreaterThan(0.1);
        }
    }
}
