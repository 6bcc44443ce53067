using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.Tests.Rounds;

public sealed class DisclosureTests
{
    [Fact]
    public void A_server_learns_values_and_numbers_of_each_client() =>
        Disclosure.Of(Catalogue.FedIt).ShouldBe(["values after training of lora_A, lora_B, the head (of a classifier), as the client's own", "numbers: examples, steps, train_loss"]);

    [Fact]
    public void What_is_private_or_frozen_is_said_to_stay()
    {
        Disclosure.Of(Catalogue.FedSaLora)[^1].ShouldBe("stays with the client: lora_B, the head (of a classifier)");
        Disclosure.Of(Catalogue.FfaLora)[^1].ShouldBe("is frozen and never travels: lora_A");
    }

    [Fact]
    public void What_alternates_is_told_for_each_kind_of_round() => Disclosure.Of(Catalogue.RoLora).Count(line => line.StartsWith("values", StringComparison.Ordinal)).ShouldBe(2);

    [Fact]
    public void Other_sections_and_numbers_are_told()
    {
        Disclosure.Of(Catalogue.Scaffold).ShouldContain("tensors of the section 'control'");
        Disclosure.Of(Catalogue.HetLora).ShouldContain("numbers: examples, rank, steps, train_loss");
    }

    [Fact]
    public void A_cut_model_discloses_hidden_states_and_labels_in_every_step()
    {
        Disclosure.Of(Catalogue.SplitLora)[0].ShouldBe("in every step: what its first blocks give for each token of the batch, the labels (the very tokens that are learned) and the lengths of sequences");
        Disclosure.SingleUpdates(Catalogue.SplitLora).ShouldContain("local_program: the server works on what one client's blocks give");
        Disclosure.SingleUpdates(Catalogue.FedIt).ShouldBeEmpty();
    }
}
