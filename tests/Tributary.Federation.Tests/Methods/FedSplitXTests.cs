using Tributary.Federation.Cuts;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Methods;

/// <summary>FedSplitX: c1 and c3 are cut behind one block of four, c2 behind three; each learns at its own exit.</summary>
public sealed class FedSplitXTests
{
    private const string Llama = """
        {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":37,"max_position_embeddings":48,"hidden_size":16,"num_hidden_layers":4,
        "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"tie_word_embeddings":true}
        """;

    [Fact]
    [Checks(5, Of = "splitlora")]
    public void No_gradient_comes_down()
    {
        using var federation = Federation(SplitX(1, 3));
        federation.Run(2);

        // Four steps of three clients in two rounds: each told once, nothing asked and nothing answered.
        federation.Asked.ShouldBeEmpty();
        federation.Told.Count.ShouldBe(24);
        federation.Told.ShouldAllBe(told => told.Told.Numbers["gradient"] == 0);
        federation.Left.ShouldAllBe(left => left.Visit.Asked.Up.Bytes > 0 && left.Visit.Asked.Down == default);
        federation.Ledger.Total.Down.Bytes.ShouldBe(federation.Visits.Sum(visit => visit.Lengths.Down), "the model at the beginning of a round alone");
    }

    [Fact]
    [Checks(5, Of = "splitlora")]
    public void What_a_client_learns_does_not_depend_on_the_servers_part()
    {
        // One upper part for all is another for the second client than its own replica.
        var one = SplitX(2) with { LocalProgram = Program(new Cut([2])) };
        using var first = Federation(SplitX(2));
        using var second = Federation(one);
        first.Run(1);
        second.Run(1);

        foreach (var (visit, other) in first.Visits.Zip(second.Visits))
        {
            visit.Up.Section(MessageBody.Parameters).Zip(other.Up.Section(MessageBody.Parameters)).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
            visit.Up.Section(MessageBody.Parameters).ShouldAllBe(tensor => tensor.Values.Zip(first.Start[tensor.Key].Values).Any(pair => pair.First != pair.Second), "it learns");
        }

        var (own, shared) = (first.Left[1].Visit.Left.Section(MessageBody.Parameters), second.Left[1].Visit.Left.Section("upper"));
        own.ShouldContain(tensor => !tensor.Values.SequenceEqual(shared[tensor.Key].Values));
    }

    [Fact]
    public void The_server_learns_from_the_true_labels_as_the_whole_model_does()
    {
        var plain = (Method method) => method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 1), Budget = new Budget.Steps(1) }) };
        using var split = Federation(plain(SplitX(2)), 1);
        using var whole = Federation(plain(Catalogue.FedIt with { Adaptation = Lora, LocalProgram = Program(null) }), 1);

        var (cut, expected) = (split.Run(1)[0].Model, whole.Run(1)[0].Model);

        expected.Where(key => key.Layer >= 2).ShouldAllBe(tensor => cut[tensor.Key].Values.SequenceEqual(tensor.Values));
        expected.Where(key => key.Layer < 2).ShouldContain(tensor => !cut[tensor.Key].Values.SequenceEqual(tensor.Values));
    }

    [Fact]
    public void Layers_are_joined_over_holders_and_replicas_and_exits_among_clients_of_one_cut()
    {
        using var federation = Federation(SplitX(1, 3));
        var joined = federation.Run(1)[0].Model;

        ParameterSet Sent(string client) => federation.Visits.Single(visit => visit.Client == client).Up.Section(MessageBody.Parameters);
        ParameterSet Left(string client) => federation.Left.Single(left => left.Key.Client == client).Visit.Left.Section(MessageBody.Parameters);
        foreach (var tensor in joined)
        {
            var holders = new[] { "c1", "c2", "c3" }.Where(client => Sent(client).TryGet(tensor.Key, out _)).ToArray();
            holders.ShouldBe(tensor.Key switch
            {
                { Role: ExitsAdapter.Role, Layer: 0 } => ["c1", "c3"],
                { Role: ExitsAdapter.Role } => ["c2"],
                { Layer: 0 } => ["c1", "c2", "c3"],
                { Layer: < 3 } => ["c2"],
                _ => [],
            });
            string[] of = tensor.Key.Role == ExitsAdapter.Role ? holders : ["c1", "c2", "c3"];
            var all = of.Select(client => (Sent(client).TryGet(tensor.Key, out var own) ? own : Left(client)[tensor.Key]).Values).ToArray();
            tensor.Values.Select((value, i) => Math.Abs(value - all.Average(values => (double)values[i]))).Max().ShouldBeLessThan(1e-6, tensor.Key.Name);
        }

        federation.Visits.ShouldAllBe(visit => visit.Down.Section(MessageBody.Parameters).Select(tensor => tensor.Key).SequenceEqual(visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key)));
    }

    [Fact]
    public void Every_byte_is_counted_and_foretold()
    {
        using var federation = Federation(SplitX(1, 3));
        federation.Run(2);

        federation.Ledger.Total.Up.Bytes.ShouldBe(federation.Left.Sum(left => left.Visit.Asked.Up.Bytes) + federation.Visits.Sum(visit => visit.Lengths.Up));
        federation.Forecast(2).Select(round => round.Bytes).ShouldBe(federation.Ledger.Rounds.Values);
        federation.Forecast(2).Select(round => round.Least).ShouldBe(federation.Ledger.Rounds.Values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_server_that_dies_between_two_visits_or_within_one_comes_to_the_same_bits(bool within)
    {
        using var expected = Federation(SplitX(1, 3));
        using var interrupted = Federation(SplitX(1, 3));
        var states = expected.Run(2);

        // Visits tell four times: the third client has told twice, or has not begun.
        interrupted.DiesAfter = within ? null : 3;
        interrupted.DiesInAsk = within ? 11 : null;
        Should.Throw<OperationCanceledException>(() => interrupted.Run(2));
        interrupted.Left.Count.ShouldBe(2);

        foreach (var (state, other) in interrupted.Run(2).Zip(states))
        {
            state.Model.Zip(other.Model).ShouldAllBe(pair => pair.First.Key == pair.Second.Key && pair.First.Values.SequenceEqual(pair.Second.Values));
        }

        interrupted.Ledger.Total.ShouldBe(expected.Ledger.Total);
    }

    [Fact]
    public void Who_of_two_clients_of_a_cut_comes_first_does_not_matter()
    {
        // Ids address random numbers too: one batch of all samples has no order, and nothing drops out.
        var method = SplitX(1, 3);
        method = method with
        {
            Adaptation = With(Lora with { Dropout = 0 }),
            LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.1) }),
        };
        var data = Data(3);
        using var first = new ModelFederation(method, data, Llama);
        using var second = new ModelFederation(method, [data[2], data[1], data[0]], Llama);

        foreach (var (one, other) in first.Run(2).Zip(second.Run(2)))
        {
            one.Model.Max(tensor => tensor.Values.Zip(other.Model[tensor.Key].Values, (x, y) => Math.Abs(x - y)).Max()).ShouldBeLessThan(1e-5f);
        }
    }

    [Fact]
    public void Who_asks_where_there_is_an_exit_is_refused()
    {
        using var federation = Federation(SplitX(2), 1);
        federation.AsksToo = true;

        Should.Throw<InputException>(() => federation.Run(1)).Message.ShouldContain("nothing is answered");
    }

    [Fact]
    public void What_the_server_is_told_is_said()
    {
        var told = Disclosure.Of(Catalogue.FedSplitX);
        told[0].ShouldContain("what its first blocks give for each token");
        told[0].ShouldEndWith("nothing comes back");
        told.ShouldContain(line => line.Contains("the exit at its cut", StringComparison.Ordinal));
        Disclosure.Of(Catalogue.SplitFed)[0].ShouldNotContain("nothing comes back");
    }

    [Fact]
    public void Exits_without_a_cut_or_at_other_places_are_refused()
    {
        MethodRules.Refusals(Catalogue.FedSplitX).ShouldBeEmpty();
        MethodRules.Refusals(Catalogue.FedIt with { Adaptation = With(Lora) }).ShouldContain(reason => reason.Contains("exits need method.local_program: cut", StringComparison.Ordinal));
        MethodRules.Refusals(SplitX(1, 3) with { Adaptation = With(Lora, 1, 2) }).ShouldContain(reason => reason.Contains("no exit behind 3 blocks", StringComparison.Ordinal));
        MethodRules.Refusals(SplitX(1) with { Adaptation = With(Lora with { Dora = true }) }).ShouldContain(reason => reason.Contains("without DoRA", StringComparison.Ordinal));
    }

    private static LoraConfig Lora { get; } = new(Rank: 2, Dropout: 0.1);

    private static SeveralConfig With(LoraConfig lora, params int[] exits) => new(new Dictionary<string, AdapterConfig>
    {
        [TensorKey.DefaultAdapter] = lora, ["exits"] = new ExitsConfig(exits.Length == 0 ? null : exits),
    });

    private static Method SplitX(params int[] blocks) => Catalogue.FedSplitX with { Adaptation = With(Lora), LocalProgram = Program(new Cut(blocks, UpperCopies.Each)) };

    // One batch of all samples, so that their order, which is drawn by id, changes nothing.
    private static LocalProgram Program(Cut? cut) => LocalProgram.Standard.WithEveryPhase(phase => phase with
    {
        Optimizer = new OptimizerSpec.AdamW(LearningRate: 0.01), Budget = new Budget.Epochs(4), BatchSize = 8,
    }) with { Cut = cut };

    private static TokenizedDataset[] Data(int clients) => [.. Enumerable.Range(1, clients).Select(seed => ModelFederation.Texts(seed, 8))];

    private static ModelFederation Federation(Method method, int clients = 3) => new(method, Data(clients), Llama);
}
