using Tributary.Federation.Ledger;
using Tributary.Federation.Methods;

namespace Tributary.Federation.Tests.Ledger;

public sealed class TypicalTrafficTests
{
    private const double Factor = TypicalTraffic.Modules * 8 * TypicalTraffic.Width * 4;

    [Fact]
    public void FedIT_moves_both_factors_both_ways()
    {
        TypicalTraffic.Of(Catalogue.FedIt)!.Value.Most.ShouldBe(new TypicalBytes(2 * Factor, 2 * Factor));
        TypicalTraffic.Of(Catalogue.FedIt)!.Value.Least.ShouldBe(new TypicalBytes(2 * Factor, 2 * Factor));
    }

    [Fact]
    public void Half_as_much_where_one_factor_is_frozen() => TypicalTraffic.Of(Catalogue.FfaLora)!.Value.Most.ShouldBe(new TypicalBytes(Factor, Factor));

    [Fact]
    public void Smaller_ranks_count_with_their_size()
    {
        // Ranks 8, 4, 2, 1 dealt to ten clients in turn.
        const double Mean = 2 * Factor * ((3 * 8) + (3 * 4) + (2 * 2) + (2 * 1)) / 80;
        TypicalTraffic.Of(Catalogue.Rbla)!.Value.Most.ShouldBe(new TypicalBytes(Mean, Mean));
    }

    [Fact]
    public void There_is_no_figure_for_what_is_no_LoRA() => TypicalTraffic.Of(Catalogue.FedIt with { Adaptation = new Learning.Adaptation.BitFit.BitFitConfig() }).ShouldBeNull();
}
