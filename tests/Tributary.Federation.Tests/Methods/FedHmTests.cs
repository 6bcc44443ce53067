using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(6, "fedhm")]
public sealed class FedHmTests
{
    // The whole rank of the federation's matrix of 5 outputs and 3 inputs.
    private static readonly LoraConfig Whole = new(3, 3);

    [Fact]
    [Checks(1)]
    public void With_the_whole_rank_everywhere_matrices_are_averaged()
    {
        using var federation = new LoraFederation(Catalogue.FedHm with { Capacity = new Capacity.Ranks([3]) }, adaptation: Whole);
        var states = federation.Run(3);
        foreach (var round in federation.Visits.GroupBy(visit => visit.Version))
        {
            var mean = round.Select(visit => federation.Update(visit.Trained).Scaled((visit.Client[1] - '0') / 6.0)).Aggregate((x, y) => x.Plus(y));
            LoraFederation.Distance(federation.Update(states[round.Key].Model), mean).ShouldBeLessThan(1e-5);
        }

        LoraFederation.Product(LoraFixtures.Join(Catalogue.FedHm, LoraFixtures.F2).Model).Values.ShouldBe([4, 5, 2.25, 3], 1e-5);
    }

    [Fact]
    [Checks(2)]
    public void Smaller_models_lack_the_singular_values_behind_their_rank_and_larger_ones_fewer()
    {
        using var federation = new LoraFederation(Catalogue.FedHm with { Capacity = new Capacity.Ranks([3, 2, 1]) }, adaptation: Whole);
        var state = federation.Run(2)[0];
        var values = JacobiSvd.Of(LoraFederation.Product(state.Model)).S;
        var errors = federation.Visits.Where(visit => visit.Version == 1).OrderBy(visit => visit.Client, StringComparer.Ordinal)
            .Select(visit => LoraFederation.Distance(LoraFederation.Product(visit.Start), LoraFederation.Product(state.Model))).ToArray();
        errors.ShouldBe([0, values[2], Math.Sqrt((values[1] * values[1]) + (values[2] * values[2]))], 1e-5);
        errors.ShouldBe(errors.Order());

        var joined = LoraFixtures.Join(Catalogue.FedHm, LoraFixtures.F2).Model;
        LoraFederation.Distance(LoraFederation.Product(joined.AtRank(1)), LoraFederation.Product(joined)).ShouldBe(0.101082, 1e-6);
    }

    [Fact]
    [Checks(3)]
    public void Factors_turned_by_a_rotation_give_the_same_mean_which_a_mean_of_factors_would_not()
    {
        // B2·Q and Qᵀ·A2 with Q = [[0.6, −0.8], [0.8, 0.6]].
        FactorUpdate turned = new([5.8f, 7.2f, 0.6f, 0.4f], [0.8f, 0.6f, 0.6f, -0.8f], 3);
        FactorUpdate[] other = [LoraFixtures.F2[0], turned];
        LoraFederation.Product(LoraFixtures.Join(Catalogue.FedHm, other).Model).Values.ShouldBe([4, 5, 2.25, 3], 1e-5);
        LoraFederation.Distance(LoraFederation.Product(LoraFixtures.Join(Catalogue.Rbla, other).Model), LoraFederation.Product(LoraFixtures.Join(Catalogue.Rbla, LoraFixtures.F2).Model)).ShouldBeGreaterThan(0.5);
    }

    [Fact]
    [Checks(4)]
    public void Factors_come_back_balanced_whatever_the_scale()
    {
        foreach (var alpha in (double[])[2, 6])
        {
            var model = LoraFixtures.Join(Catalogue.FedHm, LoraFixtures.F2, alpha: alpha).Model;
            var (a, b) = (LoraFederation.Matrix(model[LoraFederation.A]), LoraFederation.Matrix(model[LoraFederation.B]));
            a.Times(a.Transposed()).Values.ShouldBe([7.419723, 0, 0, 0.101082], 1e-5);
            b.Transposed().Times(b).Values.ShouldBe([7.419723, 0, 0, 0.101082], 1e-5);
        }
    }

    [Fact]
    [Checks(6)]
    public void Nothing_of_the_matrices_is_frozen_so_that_a_smaller_rank_is_a_smaller_model()
    {
        var config = new LoraConfig(ModelFederation.Width, ModelFederation.Width, Targets: ["all-linear"]);
        using var federation = new ModelFederation(
            Catalogue.FedHm with { Adaptation = config, Capacity = new Capacity.Ranks([16, 4]) }, [ModelFederation.Texts(1, 6), ModelFederation.Texts(7, 9)]);
        federation.Logits(federation.Start.Where(key => !BaseUpdate.IsPart(key))).ShouldNotBe(federation.BaseLogits());
        foreach (var site in ((LoraAdapter)config.Resolve(federation.Model)[0]).Sites)
        {
            var linear = (Linear)site.Module;
            var weight = HostMatrix.Of(linear.Outputs, linear.Inputs, linear.Weight.ReadValues());
            var rest = weight.Plus(BaseUpdate.Of(site.A, linear.Outputs, linear.Inputs).In(federation.Start)!.Product());
            rest.Values.ShouldAllBe(value => Math.Abs(value) < 1e-5);
        }

        federation.Learner.Write(federation.Start);
        federation.Learner.Logits(Rows()).ShouldBe(federation.BaseLogits(), 1e-3);

        // Unlike with FlexLoRA the client of rank 4 loses most of every matrix.
        var down = federation.Run(1)[0];
        var small = federation.Visits.Single(visit => visit.Client == "c2").Down.Section(MessageBody.Parameters);
        foreach (var a in small.Where(tensor => tensor.Key.Role == "lora_A"))
        {
            a.Shape[0].ShouldBe(4);
        }

        down.Base.Count.ShouldBe(federation.Start.Count(tensor => BaseUpdate.IsPart(tensor.Key)));
    }

    private static Learning.Models.TokenRows Rows()
    {
        var rows = new Learning.Models.TokenRows();
        rows.Add([1, 2, 3, 4], [2, 3, 4, Learning.Models.TokenRows.Ignore]);
        return rows;
    }
}
