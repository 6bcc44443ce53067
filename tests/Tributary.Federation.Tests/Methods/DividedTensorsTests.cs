using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;

namespace Tributary.Federation.Tests.Methods;

public sealed class DividedTensorsTests
{
    [Fact]
    public void Only_who_holds_a_unit_trains_and_sends_it_and_its_values_count_whole()
    {
        using var federation = new LoraFederation(Catalogue.FedIt with { Capacity = new Capacity.Units() });
        var state = federation.Run(1)[0];
        var holder = federation.Visits.Single(visit => visit.Client == "c1");
        state.Model[LoraFederation.B].Values.ShouldBe(holder.Trained[LoraFederation.B].Values);
        foreach (var other in federation.Visits.Where(visit => visit.Client != "c1"))
        {
            other.Up.Section(MessageBody.Parameters).ShouldBeEmpty();
            other.Trained[LoraFederation.B].Values.ShouldBe(other.Start[LoraFederation.B].Values);
            federation.Ledger.Clients[other.Client].Up.ValueBytes.ShouldBe(0);
            federation.Ledger.Clients[other.Client].Down.ValueBytes.ShouldBe(federation.Ledger.Clients["c1"].Down.ValueBytes, "everyone needs the whole model");
        }
    }

    [Fact]
    public void A_slice_is_sent_to_its_holder_alone()
    {
        using var federation = new LoraFederation(Catalogue.FedIt with { Capacity = new Capacity.Units(), Dispatch = new Dispatch.Slice() });
        federation.Run(1);
        federation.Visits.Count(visit => visit.Down.Section(MessageBody.Parameters).Count > 0).ShouldBe(1);
    }

    [Fact]
    public void With_all_blocks_it_is_FedIT()
    {
        using var blocks = new LoraFederation(Catalogue.FedIt with { Capacity = new Capacity.Blocks([1]), Dispatch = new Dispatch.Slice() });
        using var plain = new LoraFederation(Catalogue.FedIt);
        blocks.Run(2)[1].Model[LoraFederation.A].Values.ShouldBe(plain.Run(2)[1].Model[LoraFederation.A].Values);
    }
}
