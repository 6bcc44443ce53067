using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(7, "fedpsf-llm")]
public sealed class FedPsfLlmTests
{
    private const int Tokens = 20;
    private const int Width = 4;

    [Fact]
    [Checks(1)]
    public void With_everything_switched_off_it_is_FedAvg_of_the_prompt()
    {
        var clients = Population(large: 3);
        var off = Toy(Catalogue.FedPsfLlm with { Codec = Sending(new Selection.TopMass(Share: 1)), Weighting = new Weighting.Aligned(Off, Share: 0) });
        using var plain = new QuadraticFederation(off, clients, Tokens, Width);
        using var average = new QuadraticFederation(Toy(Catalogue.FedPrompt), clients, Tokens, Width);
        plain.Run(4).Model[0].Values.ShouldBe(average.Run(4).Model[0].Values, 1e-6);
    }

    [Fact]
    [Checks(2)]
    public void The_root_of_sizes_nine_to_one_weighs_three_to_one() =>
        ContributionRule.Shares(Off with { Size = 0.5 }, [900, 100], [0.1, 0.7], [0.2, 0]).ShouldBe([0.75, 0.25], 1e-12);

    [Fact]
    [Checks(2)]
    public void Disparity_is_the_divergence_in_bits() => ContributionRule.Divergence([0.9, 0.1], [0.5, 0.5]).ShouldBe(0.146793, 1e-6);

    [Fact]
    [Checks(3)]
    public void The_fewest_tokens_with_the_share_of_impact_travel()
    {
        var (candidate, encoded) = Encode(new Selection.TopMass(), Catalogue.FedPsfLlm, [0.5, 0.3, 0.15, 0.05], MessageBody.Empty);
        var part = encoded.Parts[QuadraticFederation.Prompt];
        part.Marks.Indices.ShouldBe([0, 1]);
        var (sent, left) = (part.Unpack(part.Pack(candidate)), encoded.State[EncodingRules.ResidualSection][0].Values);
        sent.Zip(left, (a, b) => a + b).ShouldBe(candidate);
        sent.Zip(left).ShouldAllBe(pair => pair.First == 0 || pair.Second == 0);
        encoded.State["importance"][0].Values.ShouldBe([0.5f, 0.3f, 0.15f, 0.05f], 1e-7);
    }

    [Fact]
    public void Importance_is_smoothed_over_rounds_ties_go_to_the_lower_token_and_without_impact_the_first_travel()
    {
        var kept = MessageBody.Empty.WithSection("importance", Vector(0.1f, 0.4f, 0.4f, 0.1f));
        var (_, smoothed) = Encode(new Selection.TopMass(Share: 0.6), Catalogue.FedPsfLlm, [0, 0, 1, 1], kept);
        smoothed.State["importance"][0].Values.ShouldBe([0.05f, 0.2f, 0.45f, 0.3f], 1e-7);
        smoothed.Parts[QuadraticFederation.Prompt].Marks.Indices.ShouldBe([2, 3]);
        Chosen(new Selection.TopMass(Share: 0.5), [1, 1, 1, 1]).ShouldBe([0, 1]);
        Chosen(new Selection.TopMass(Least: 0.5), [0, 0, 0, 0]).ShouldBe([0, 1]);
        Chosen(new Selection.TopMass(Share: 1), [1, 0, 0, 0]).ShouldBe([0, 1, 2, 3]);
        Chosen(new Selection.TopMass(Share: 1, Most: 0.5), [1, 2, 3, 4]).ShouldBe([2, 3]);
    }

    [Fact]
    public void A_token_that_was_left_out_five_times_travels_when_it_has_a_residual()
    {
        var waiting = MessageBody.Empty.WithSection("left_out", Vector(0, 0, 5, 5))
            .WithSection(EncodingRules.ResidualSection, Sets.Of(new HostTensor(QuadraticFederation.Prompt, [4, 2], [0, 0, 0, 0, 0, 1e-9f, 0, 0])));
        var (_, encoded) = Encode(new Selection.TopMass(Share: 0.5), Catalogue.FedPsfLlm, [1, 0, 0, 0], waiting);
        encoded.Parts[QuadraticFederation.Prompt].Marks.Indices.ShouldBe([0, 2]);
        encoded.State["left_out"][0].Values.ShouldBe([0f, 1, 0, 6]);
    }

    [Fact]
    [Checks(3)]
    public void Tokens_that_nobody_sends_keep_every_bit_and_what_was_left_out_comes_later()
    {
        // The first half of the prompt is where it should be.
        double[] target = [.. Enumerable.Range(0, Tokens * Width).Select(i => i < Tokens * Width / 2 ? 0.0 : 1 + i)];
        using var federation = new QuadraticFederation(Toy(Catalogue.FedPsfLlm), [new(target, 4), new(target, 6)], Tokens, Width);
        var state = federation.Run(3);
        state.Model[0].Values[..(Tokens * Width / 2)].ShouldAllBe(value => BitConverter.SingleToInt32Bits(value) == 0);
        federation.Visits.ShouldAllBe(visit => visit.Up.Parts[QuadraticFederation.Prompt].Marks.Indices.All(token => token >= Tokens / 2));
        var left = federation.States.Load("c0").Section(EncodingRules.ResidualSection)[0].Values;
        var part = federation.Visits.Last(visit => visit.Client == "c0").Up.Parts[QuadraticFederation.Prompt];
        part.Pack(left).ShouldAllBe(value => value == 0);
        left[(Tokens / 2 * Width)..].Count(value => value != 0).ShouldBe((Tokens / 2 * Width) - part.Pack(left).Length);
    }

    [Fact]
    [Checks(4)]
    public void Attention_prefers_those_who_agree()
    {
        Attention([[1, 0], [1, 0], [-1, 0]], share: 1).ShouldBe([0.468311, 0.468311, 0.063379], 1e-6);
        Attention([[-1, 0], [1, 0], [1, 0]], share: 1).ShouldBe([0.063379, 0.468311, 0.468311], 1e-6);
        Attention([[-1, 0], [1, 0], [1, 0]], share: 1, opposed: true)[0].ShouldBe(0.786986, 1e-6);
        foreach (var share in (double[])[0, 0.3, 1])
        {
            var weights = Attention([[1, 2], [0, 0], [-3, 1]], share);
            weights.Sum().ShouldBe(1, 1e-12);
            weights.ShouldAllBe(weight => weight >= 0);
        }
    }

    [Fact]
    [Checks(4)]
    public void The_order_of_clients_changes_nothing()
    {
        var clients = Population(large: 3);
        using var one = new QuadraticFederation(Toy(Catalogue.FedPsfLlm), clients, Tokens, Width);
        using var other = new QuadraticFederation(Toy(Catalogue.FedPsfLlm), [.. clients.Reverse()], Tokens, Width);
        one.Run(5).Model[0].Values.ShouldBe(other.Run(5).Model[0].Values, 1e-5);
    }

    [Fact]
    [Checks(5)]
    public void An_upload_is_as_long_as_the_formula_says()
    {
        var method = Catalogue.FedPsfLlm with
        {
            Adaptation = new PromptTuningConfig(Tokens, PromptInitialisation.Vocabulary),
            Cohort = new Cohort.All(),
        };
        using var federation = new ModelFederation(method, [ModelFederation.Texts(1, 12), ModelFederation.Texts(2, 20), ModelFederation.Texts(3, 15)]);
        federation.Run(3);
        var expected = new long[3];
        foreach (var visit in federation.Visits)
        {
            var sent = visit.Up.Parts[visit.Up.Section(MessageBody.Parameters)[0].Key].Marks.Count;
            sent.ShouldBeInRange(2, Tokens);
            expected[visit.Version] += ((Tokens + 7) / 8) + (4 * ((sent * ModelFederation.Width) + 3)) + (visit.Version == 0 ? 4 * 32 : 0);
        }

        federation.Visits.ShouldContain(visit => visit.Up.Parts.Values.Any(part => part.Marks.Count < Tokens));
        federation.Ledger.Rounds.Values.Select(sum => sum.Up.ValueBytes).ShouldBe(expected);
    }

    [Fact]
    public void A_client_with_a_higher_loss_may_send_more()
    {
        double[] near = [.. Enumerable.Repeat(0.1, Tokens * Width)], far = [.. Enumerable.Range(0, Tokens * Width).Select(i => 3.0 + i)];
        using var federation = new QuadraticFederation(Toy(Catalogue.FedPsfLlm) with { Codec = Catalogue.FedPsfLlm.Codec }, [new(near, 4), new(far, 4)], Tokens, Width);
        var state = federation.Run(1);
        state.Body.Numbers["share/c0"].ShouldBe(0.75, 1e-12);
        state.Body.Numbers["share/c1"].ShouldBe(0.85, 1e-12);
    }

    /// <summary>
    /// Ten clients with targets around 0.8 (large) and −0.3 (small). On this toy the three parts do not help each other, and plain averages are far ahead of FedAvg: what is held
    /// here are these findings, not that the method wins. Contributions are the same for all on a quadratic, so that weights come of size and disparity alone; figures by which
    /// they do much more rest on digits of the losses that single precision does not carry.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [Checks(6)]
    public void On_the_toy_it_evens_losses_out_and_so_do_simpler_weights(int large)
    {
        var clients = Population(large);
        var fedAvg = Play(clients, Catalogue.FedPrompt);
        var uniform = Play(clients, Catalogue.FedPrompt with { Weighting = new Weighting.Uniform() });
        var root = Play(clients, Catalogue.FedPsfLlm with { Codec = Sending(new Selection.TopMass(Share: 1)), Weighting = Off with { Size = 0.5 } });
        var leaning = Play(clients, Catalogue.FedPsfLlm with { Codec = Sending(new Selection.TopMass(Share: 1)), Weighting = new Weighting.Aligned(new Weighting.Uniform()) });
        var full = Play(clients, Toy(Catalogue.FedPsfLlm));
        var weights = Play(clients, Catalogue.FedPsfLlm with { Codec = Sending(new Selection.TopMass(Share: 1)), Weighting = Unsmoothed });
        var attention = Play(clients, Catalogue.FedPsfLlm with { Codec = Sending(new Selection.TopMass(Share: 1)), Weighting = new Weighting.Aligned(Off) });
        var selection = Play(clients, Catalogue.FedPsfLlm with { Codec = Sending(Selecting), Weighting = Off });

        // Variance, worst loss and gap between sizes: published for this toy are 325 / 57.7 / 37.5 and 516 / 61.8 / 49.4 for FedAvg.
        fedAvg.Variance.ShouldBeInRange(large == 3 ? 200 : 350, large == 3 ? 450 : 700);
        foreach (var run in (Outcome[])[full, weights, attention])
        {
            run.Variance.ShouldBeLessThan(fedAvg.Variance);
            run.Worst.ShouldBeLessThan(fedAvg.Worst);
            run.Gap.ShouldBeLessThan(fedAvg.Gap);
        }

        (full.Variance / fedAvg.Variance).ShouldBeLessThan(0.5);
        (uniform.Variance / fedAvg.Variance).ShouldBeInRange(0.1, 0.45);
        root.Variance.ShouldBeLessThan(fedAvg.Variance);
        leaning.Variance.ShouldBeInRange(uniform.Variance, fedAvg.Variance, "attention takes back some of what plain weights give");
        weights.Variance.ShouldBeLessThan(full.Variance);
        selection.Variance.ShouldBeInRange(0.6 * fedAvg.Variance, 1.05 * fedAvg.Variance);
        full.Sent.ShouldBeInRange(0.55, 0.7);
        fedAvg.Sent.ShouldBe(1);
    }

    [Fact]
    [Checks(7)]
    public void What_a_client_reveals_is_listed_and_sums_of_masked_updates_will_not_do()
    {
        Disclosure.Of(Catalogue.FedPsfLlm).ShouldContain(line => line.Contains("labels"));
        Disclosure.Of(Catalogue.FedPsfLlm).ShouldContain(line => line.Contains("held-out loss"));
        Disclosure.Of(Catalogue.FedPsfLlm).ShouldContain(line => line.Contains("which part"));
        Disclosure.SingleUpdates(Catalogue.FedPsfLlm).Count.ShouldBe(4);
        Disclosure.SingleUpdates(Catalogue.FedPrompt).ShouldBeEmpty();
    }

    private static Weighting.ContributionDisparity Off => new(Size: 1, Contribution: 0, Disparity: 0, Smoothing: 0);

    private static Weighting.ContributionDisparity Unsmoothed => new(Smoothing: 0);

    private static Selection.TopMass Selecting => new(Patience: null);

    private static Codec Sending(Selection selection) => new(Up: new Encoding.Deltas(Selection: selection, ErrorFeedback: true));

    private static Method Toy(Method method) => method with
    {
        Cohort = new Cohort.All(),
        Codec = method.Codec.Up is Encoding.Deltas { Selection: Selection.TopMass { Budget: not null } } ? Sending(Selecting) : method.Codec,
        Weighting = method.Weighting is Weighting.Aligned { Base: Weighting.ContributionDisparity { Smoothing: > 0 } } aligned ? aligned with { Base = Unsmoothed } : method.Weighting,
        LocalProgram = method.LocalProgram with { Withheld = null, Phases = [new Phase(Optimizer: new OptimizerSpec.Sgd(0.1), Budget: new Budget.Steps(5), BatchSize: 1)] },
    };

    // Each small client has a class of its own, the large ones have all: the disparity of all small ones is the same, and larger.
    private static PromptClient[] Population(int large)
    {
        var draw = Tributary.Numerics.Random.PhiloxStream.Root(5).Child("toy").Generator;
        return [.. Enumerable.Range(0, 10).Select(k =>
        {
            var spread = new float[Tokens * Width];
            draw.FillNormal((ulong)k, spread);
            return new PromptClient([.. spread.Select(value => (k < large ? 0.8 : -0.3) + (0.5 * value))], k < large ? 100 : 10, k < large ? null : k);
        })];
    }

    private static Outcome Play(PromptClient[] clients, Method method)
    {
        using var federation = new QuadraticFederation(Toy(method), clients, Tokens, Width);
        var prompt = federation.Run(60).Model[0].Values;
        var losses = clients.Select(client => 0.5 * client.Target.Zip(prompt, (t, p) => (t - p) * (t - p)).Sum()).ToArray();
        var mean = losses.Average();
        var sizes = clients.Zip(losses).ToLookup(pair => pair.First.Examples, pair => pair.Second);
        return new Outcome(
            losses.Average(loss => (loss - mean) * (loss - mean)), losses.Max(), Math.Abs(sizes[100].Average() - sizes[10].Average()),
            federation.Visits.Average(visit => visit.Up.Parts.TryGetValue(QuadraticFederation.Prompt, out var part) ? part.Marks.Count / (double)Tokens : 1));
    }

    private static int[] Chosen(Selection.TopMass selection, double[] impact) =>
        [.. Encode(selection, Catalogue.FedPsfLlm, impact, MessageBody.Empty).Encoded.Parts[QuadraticFederation.Prompt].Marks.Indices];

    private static (float[] Candidate, Encoded Encoded) Encode(Selection.TopMass selection, Method method, double[] impact, MessageBody kept)
    {
        float[] values = [.. Enumerable.Range(0, 2 * impact.Length).Select(i => i + 0.5f)];
        var now = Sets.Of(new HostTensor(QuadraticFederation.Prompt, [impact.Length, 2], values));
        var received = Sets.Of(HostTensor.Zeros(QuadraticFederation.Prompt, [impact.Length, 2]));
        var encoded = EncodingRules.Encode(new Upload(method with { Codec = Sending(selection) }, "c0", now, received, kept, new Dictionary<TensorKey, double[]> { [QuadraticFederation.Prompt] = impact }, Holding: Holding.Everything));
        return (encoded.Tensors[0].Values, encoded);
    }

    private static ParameterSet Vector(params float[] values) => Sets.Of(new HostTensor(QuadraticFederation.Prompt, [values.Length], values));

    private static double[] Attention(float[][] updates, double share, bool opposed = false)
    {
        var layout = new TensorLayout([(QuadraticFederation.Prompt, [1, 2])]);
        var source = new MemoryUpdates([.. updates.Select(values => Sets.Body(Sets.Of(new HostTensor(QuadraticFederation.Prompt, [1, 2], values))))], layout);
        var contents = new RoundUpdates(source, Catalogue.FedPsfLlm, layout)
        {
            Updates = [.. updates.Select((_, k) => new Update(0, "train", $"c{k}", new Dictionary<string, double> { [Update.ExamplesNumber] = k + 1 }, default))],
        };
        var weights = WeightingRules.For(new Weighting.Aligned(Share: share, Temperature: 1, Opposed: opposed), contents, ServerState.Initial(ParameterSet.Empty));
        return [.. weights.ByBlock[QuadraticFederation.Prompt].Weights.Select(blocks => blocks.Single())];
    }

    private sealed record Outcome(double Variance, double Worst, double Gap, double Sent);
}
