using Tributary.Federation.Cuts;
using Tributary.Federation.Devices;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Methods;

/// <summary>Models cut in two, of which clients have the first blocks: what is learned is what the whole model learns.</summary>
[Specification(5, "splitlora", "splitfed", "fedsplitx")]
[Trait("Method", "splitlora")]
[Trait("Method", "splitfed")]
public sealed class SplitLearningTests
{
    private const string Llama = """
        {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":37,"max_position_embeddings":48,"hidden_size":16,"num_hidden_layers":4,
        "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"tie_word_embeddings":true}
        """;

    public static TheoryData<UpperCopies, int> Cuts => new() { { UpperCopies.One, 1 }, { UpperCopies.One, 2 }, { UpperCopies.One, 3 }, { UpperCopies.Each, 1 }, { UpperCopies.Each, 3 } };

    [Theory]
    [MemberData(nameof(Cuts))]
    [Checks(1)]
    public void One_client_trains_the_whole_model_wherever_it_is_cut(UpperCopies copies, int blocks)
    {
        using var split = Federation(Cut(blocks, copies), 1);
        using var whole = Federation(Whole, 1);

        // With one upper part for all its optimizer goes on in the second round, which that of a client does not.
        var rounds = copies == UpperCopies.One ? 1 : 3;
        foreach (var (state, expected) in split.Run(rounds).Zip(whole.Run(rounds)))
        {
            Distance(state.Model, expected.Model).ShouldBeLessThan(1e-6);
            Distance(state.Model, whole.Start).ShouldBeGreaterThan(1e-3);
        }

        split.Asked.Count.ShouldBeGreaterThan(3);
    }

    [Fact]
    [Checks(2)]
    public void The_gradient_at_the_cut_is_the_slope_of_the_whole_models_loss()
    {
        using var split = Federation(Cut(2, UpperCopies.One), 1);
        split.Run(1);
        var (question, answer) = (split.Asked[0].Question, split.Asked[0].Answer);
        var rows = new TokenRows();
        var asked = CutMessages.Read(question, split.Model.Shape, rows);
        var gradient = new float[asked.Given.Length];
        CutMessages.ReadAnswer(answer, gradient);

        // In the first step the adapters change nothing: the blocks above the cut are the base's.
        for (var k = 0; k < 5; k++)
        {
            var direction = Enumerable.Range(0, gradient.Length).Select(i => MathF.Sin((k + 1) * (i + 1.7f))).ToArray();
            const float Step = 3e-3f;
            var slope = (LossAbove(split, rows, asked.Given, direction, Step) - LossAbove(split, rows, asked.Given, direction, -Step)) / (2 * Step);
            gradient.Zip(direction, (g, d) => (double)g * d).Sum().ShouldBe(slope, 2e-3 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Fact]
    [Checks(2)]
    public void The_gradient_that_crosses_the_cut_trains_the_first_blocks_as_the_whole_models_does()
    {
        var plain = (Method method) => method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 1), Budget = new Budget.Steps(1) }) };
        using var split = Federation(plain(Cut(2, UpperCopies.One)), 1);
        using var whole = Federation(plain(Whole), 1);

        var (cut, expected) = (split.Run(1)[0].Model, whole.Run(1)[0].Model);

        foreach (var tensor in expected.Where(tensor => tensor.Key.Layer < 2))
        {
            cut[tensor.Key].Values.ShouldBe(tensor.Values);
        }
    }

    [Fact]
    [Checks(3)]
    public void Replicas_of_clients_with_as_much_data_are_averaged()
    {
        using var both = Federation(Cut(2, UpperCopies.Each), 2);
        var joined = both.Run(1)[0].Model;

        var left = both.Left.Select(visit => visit.Visit.Left.Section(MessageBody.Parameters)).ToArray();
        left.Length.ShouldBe(2);
        Distance(left[0], left[1]).ShouldBeGreaterThan(1e-3);
        foreach (var first in left[0])
        {
            var mean = first.Values.Zip(left[1][first.Key].Values, (a, b) => (a + b) / 2);
            joined[first.Key].Values.Zip(mean).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= 1e-6);
        }

        using var whole = Federation(Whole, 2);
        Distance(joined, whole.Run(1)[0].Model).ShouldBeLessThan(1e-6);
    }

    [Theory]
    [InlineData(UpperCopies.One)]
    [InlineData(UpperCopies.Each)]
    [Checks(3)]
    public void With_one_upper_part_it_matters_who_comes_first_and_with_replicas_it_does_not(UpperCopies copies)
    {
        // Ids address random numbers too: one batch of all samples has no order, and nothing drops out.
        var method = Cut(2, copies) with { Adaptation = Lora with { Dropout = 0 } };
        method = method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 1) }) };
        var data = Data(2);
        using var first = new ModelFederation(method, data, Llama);
        using var second = new ModelFederation(method, [data[1], data[0]], Llama);
        var distance = Distance(Upper(first.Run(1)[0].Model), Upper(second.Run(1)[0].Model));

        (distance > 1e-4).ShouldBe(copies == UpperCopies.One, $"distance {distance}");
    }

    [Fact]
    [Checks(4)]
    public void After_a_round_all_clients_have_the_mean_and_the_upper_part_is_what_the_last_visit_left()
    {
        using var federation = Federation(Catalogue.SplitLora with { Adaptation = Lora, LocalProgram = Program(new Cut([2])) }, 3);
        var states = federation.Run(2);

        var sent = federation.Visits.Where(visit => visit.Version == 0).Select(visit => visit.Up.Section(MessageBody.Parameters)).ToArray();
        var received = federation.Visits.Where(visit => visit.Version == 1).Select(visit => visit.Down.Section(MessageBody.Parameters)).ToArray();
        received.Length.ShouldBe(3);
        foreach (var tensor in received[0])
        {
            tensor.Key.Layer.ShouldBeLessThan(2);
            received.ShouldAllBe(other => other[tensor.Key].Values.SequenceEqual(tensor.Values));
            var mean = tensor.Values.Select((_, i) => sent.Sum(one => (double)one[tensor.Key].Values[i]) / 3);
            tensor.Values.Zip(mean).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= 1e-6);
        }

        var left = federation.Left[2].Visit.Left;
        foreach (var tensor in left.Section(CutRules.UpperSection))
        {
            states[0].Model[tensor.Key].Values.ShouldBe(tensor.Values);
        }

        // Its optimizer goes on: three clients, four steps each, two rounds.
        states[1].Body.Section(CutRules.OptimizerSection)[CutRules.StepsKey].Values.ShouldBe([federation.Asked.Count]);
    }

    [Theory]
    [InlineData(UpperCopies.One, false)]
    [InlineData(UpperCopies.One, true)]
    [InlineData(UpperCopies.Each, false)]
    [InlineData(UpperCopies.Each, true)]
    public void A_server_that_dies_between_two_visits_or_within_one_comes_to_the_same_bits(UpperCopies copies, bool within)
    {
        using var expected = Federation(Cut(2, copies), 3);
        using var interrupted = Federation(Cut(2, copies), 3);
        var states = expected.Run(2);

        // Visits have four questions: the third client has had two answers, or has not begun.
        interrupted.DiesAfter = within ? null : 3;
        interrupted.DiesInAsk = within ? 11 : null;
        Should.Throw<OperationCanceledException>(() => interrupted.Run(2));
        interrupted.Left.Count.ShouldBe(2);

        foreach (var (state, other) in interrupted.Run(2).Zip(states))
        {
            state.Body.Sections.Keys.ShouldBe(other.Body.Sections.Keys);
            foreach (var (name, section) in other.Body.Sections)
            {
                Distance(state.Body.Section(name), section).ShouldBe(0);
            }
        }

        interrupted.Ledger.Total.ShouldBe(expected.Ledger.Total);
    }

    [Fact]
    public void Every_byte_is_counted_and_no_tensor_from_above_the_cut_travels()
    {
        using var federation = Federation(Cut(2, UpperCopies.One), 2);
        federation.Run(2);

        federation.Visits.ShouldAllBe(visit => visit.Down.Section(MessageBody.Parameters).Concat(visit.Up.Section(MessageBody.Parameters)).All(tensor => tensor.Key.Layer < 2));
        var (up, down) = (federation.Asked.Sum(asked => LengthOf(asked.Question)), federation.Asked.Sum(asked => LengthOf(asked.Answer)));
        federation.Ledger.Total.Up.Bytes.ShouldBe(up + federation.Visits.Sum(visit => visit.Lengths.Up));
        federation.Ledger.Total.Down.Bytes.ShouldBe(down + federation.Visits.Sum(visit => visit.Lengths.Down));

        federation.Forecast(2).Select(round => round.Bytes).ShouldBe(federation.Ledger.Rounds.Values);
        federation.Forecast(2).Select(round => round.Least).ShouldBe(federation.Ledger.Rounds.Values);

        // Rows go up and come back as their gradient.
        foreach (var (_, question, answer) in federation.Asked)
        {
            answer.Section(CutMessages.Section).Elements.ShouldBe(question.Section(CutMessages.Section).First(tensor => tensor.Key.Name == "given").Values.Length);
        }
    }

    [Fact]
    [Checks(1)]
    public void Clients_cut_at_depths_of_their_own_train_the_whole_model_together()
    {
        var method = Cut([1, 3], UpperCopies.Each);
        using var split = Federation(method, 3);
        using var whole = Federation(Whole, 3);

        foreach (var (state, expected) in split.Run(2).Zip(whole.Run(2)))
        {
            Distance(state.Model, expected.Model).ShouldBeLessThan(1e-5);
        }

        // Dealt in id order; a client sends its own blocks, the server's replica has the others.
        foreach (var visit in split.Visits)
        {
            var blocks = visit.Client == "c2" ? 3 : 1;
            visit.Down.Section(MessageBody.Parameters).Select(tensor => tensor.Key).ShouldBe(split.Start.Select(tensor => tensor.Key).Where(key => key.Layer < blocks));
            visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key).ShouldBe(split.Start.Select(tensor => tensor.Key).Where(key => key.Layer < blocks));
            split.Left.First(left => left.Key.Client == visit.Client).Visit.Left.Section(MessageBody.Parameters).ShouldAllBe(tensor => tensor.Key.Layer >= blocks);
        }

        split.Forecast(2).Select(round => round.Bytes).ShouldBe(split.Ledger.Rounds.Values);
    }

    [Fact]
    public void A_client_has_the_deepest_cut_that_its_machine_can_hold()
    {
        var devices = new Dictionary<string, DeviceProfile> { ["c1"] = new("phone", Layers: 2), ["c2"] = new("laptop", Layers: 9), ["c3"] = new("desk") };
        var method = DeviceRules.Equipped(Cut([1, 3], UpperCopies.Each), devices);

        var cut = method.LocalProgram.Cut!;
        new[] { "c1", "c2", "c3" }.Select((client, place) => CutRules.DepthOf(cut, client, place)).ShouldBe([1, 3, 3]);
        MethodRules.Refusals(method).ShouldBeEmpty();
        DeviceRules.Refusals(Cut([2, 3], UpperCopies.Each), [new DeviceProfile("meter", Layers: 1)]).ShouldContain(reason => reason.Contains("fewer blocks than lie below the first cut, 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Cuts_that_leave_no_block_above_are_left_out_while_another_is_there()
    {
        using var federation = Federation(Cut([1, 3, 4, 7], UpperCopies.Each), 3);
        federation.Run(1);
        federation.Visits.Select(visit => visit.Up.Section(MessageBody.Parameters).Max(tensor => tensor.Key.Layer)).ShouldBe([0, 2, 0]);
    }

    [Fact]
    public void Who_asks_without_work_is_refused()
    {
        using var federation = Federation(Cut(2, UpperCopies.One), 1);
        federation.Run(1);
        var question = federation.Asked[0].Question;

        Should.Throw<InputException>(() => federation.Ask(new OrderKey("run", 7, Exchange.Train.Name, "c1"), question, CancellationToken.None)).Message.ShouldContain("no work");
    }

    [Fact]
    public void A_model_without_a_block_above_the_cut_is_refused()
    {
        using var federation = Federation(Cut(4, UpperCopies.One), 1);
        Should.Throw<InputException>(() => federation.Run(1)).Message.ShouldContain("4 blocks");
    }

    [Fact]
    public void What_cannot_be_cut_is_refused_before_anything_runs()
    {
        var method = Cut(2, UpperCopies.One);
        MethodRules.Refusals(method).ShouldBeEmpty();
        Method[] impossible =
        [
            Cut(0, UpperCopies.One),
            Cut([], UpperCopies.Each),
            Cut([1, 2], UpperCopies.One),
            method with { Dispatch = new Dispatch.Broadcast() },
            method with { Pace = new Pace.FirstK(1) },
            method with { Combine = new Combine.Median() },
            method with { Codec = new Codec(new Encoding.Deltas()) },
            method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Estimator = new Estimator.ForwardMode() }) },
        ];
        impossible.ShouldAllBe(other => MethodRules.Refusals(other).Any(reason => reason.Contains("cut", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_method_that_cannot_be_cut_is_told_of_each_part_that_stands_in_the_way_and_of_no_other()
    {
        var fedIt = Catalogue.FedIt with { LocalProgram = Program(new Cut([2])) };
        MethodRules.Refusals(fedIt).ShouldBe(["method.local_program: cut needs method.dispatch: slice"]);
        MethodRules.Refusals(fedIt with { Dispatch = new Dispatch.Slice() }).ShouldBeEmpty();
        MethodRules.Refusals(fedIt with { Combine = new Combine.Median(), Pace = new Pace.FirstK(2), Dispatch = new Dispatch.Slice() })
            .ShouldBe(["method.local_program: cut needs method.pace: whole_cohort", "method.local_program: cut needs method.combine: factors"]);
    }

    private static LoraConfig Lora { get; } = new(Rank: 2, Dropout: 0.1);

    private static Method Whole { get; } = Catalogue.FedIt with { Adaptation = Lora, LocalProgram = Program(null) };

    private static Method Cut(int blocks, UpperCopies copies) => Cut([blocks], copies);

    private static Method Cut(int[] blocks, UpperCopies copies) => Catalogue.SplitFed with { Adaptation = Lora, LocalProgram = Program(new Cut(blocks, copies)) };

    // One batch of all samples, so that their order, which is drawn by id, changes nothing.
    private static LocalProgram Program(Cut? cut) => LocalProgram.Standard.WithEveryPhase(phase => phase with
    {
        Optimizer = new OptimizerSpec.AdamW(LearningRate: 0.01), Budget = new Budget.Epochs(4), BatchSize = 8,
    }) with { Cut = cut };

    private static TokenizedDataset[] Data(int clients) => [.. Enumerable.Range(1, clients).Select(seed => ModelFederation.Texts(seed, 8))];

    private static ModelFederation Federation(Method method, int clients) => new(method, Data(clients), Llama);

    private static ParameterSet Upper(ParameterSet model) => model.Where(key => key.Layer >= 2);

    private static double Distance(ParameterSet a, ParameterSet b) =>
        a.Select(tensor => tensor.Values.Zip(b[tensor.Key].Values, (x, y) => Math.Abs((double)x - y)).Max()).DefaultIfEmpty().Max();

    private static long LengthOf(MessageBody body)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("body.safetensors");
        MessageFile.Write(path, body, "F32");
        return new FileInfo(path).Length;
    }

    private static double LossAbove(ModelFederation federation, TokenRows rows, ReadOnlyMemory<float> given, float[] direction, float step)
    {
        float[] moved = [.. given.ToArray().Zip(direction, (x, d) => x + (step * d))];
        federation.Learner.Write(federation.Start);
        return new UpperLearner(federation.Learner, 2).Loss(rows, moved);
    }
}
