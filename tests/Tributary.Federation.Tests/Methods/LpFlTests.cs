using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Tests.Methods;

/// <summary>LP-FL on owners with language models that fill in words at a cloze. That a soft label on one class alone is a hard one is a test of the operation, <c>SoftCrossEntropyOperationTests</c>.</summary>
[Specification(5, "lp-fl")]
public sealed class LpFlTests : IDisposable
{
    private const int Rows = 24;

    // The words of the classes.
    private static readonly int[] Words = [31, 5, 18];
    private readonly TinyOwners models = new();

    [Fact]
    [Checks(1)]
    public void Without_other_rows_it_is_FedIT_on_the_labelled_ones()
    {
        using var few = Federation(Method(new PseudoLabels(Known: Rows)));
        using var all = Federation(Method(null));
        foreach (var (own, plain) in few.Run(3).Zip(all.Run(3)))
        {
            own.Model.Zip(plain.Model).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
        }
    }

    [Fact]
    [Checks(1)]
    public void The_loss_is_the_cross_entropy_over_the_words_at_the_cloze()
    {
        var owner = Owner("a");
        var learner = models.Learners[0];
        learner.Trainable.Write(owner.Initial);
        var rows = new TokenRows();
        owner.Data.Fill(rows, [.. Enumerable.Range(0, Rows)]);
        var logits = learner.Logits(rows);
        var vocabulary = learner.Model.Shape.Vocabulary;
        var expected = Enumerable.Range(0, Rows).Average(row =>
        {
            float[] scores = [.. Words.Select(word => logits[(rows.PooledRows[row] * vocabulary) + word])];
            return Math.Log(scores.Sum(score => Math.Exp(score))) - scores[rows.Classes[row]];
        });
        learner.Loss(rows).ShouldBe(expected, 1e-5);
    }

    [Fact]
    [Checks(1, 4)]
    public void Without_other_rows_it_is_FedIT_with_the_loss_of_soft_labels_too()
    {
        var owner = Owner("a");
        var model = new LearnerModel(models.Learners[0]);
        model.Trainable.Write(owner.Initial);
        var rows = new TokenRows();
        owner.Data.Fill(rows, [.. Enumerable.Range(0, Rows)]);
        var hard = model.Loss(rows);
        var oneHot = new TokenizedDataset([.. owner.Data.Examples.Select(example => example with { Class = TokenRows.Ignore, Targets = [.. Enumerable.Range(0, TinyOwners.Classes).Select(c => c == example.Class ? 1f : 0)] })], default);
        oneHot.Fill(rows, [.. Enumerable.Range(0, Rows)]);
        model.Minimise(new Tributary.Learning.Objectives.SoftClassification());
        model.Loss(rows).ShouldBe(hard, 1e-6);
    }

    [Fact]
    [Checks(2)]
    public void Soft_labels_are_shares_of_the_classes_by_the_model_as_it_was_received()
    {
        var owner = Owner("a");
        var model = new LearnerModel(models.Learners[0]);
        model.Trainable.Write(owner.Initial);
        var pool = PoolOf(model, owner.Data, version: 1);
        pool.Length.ShouldBe(16);
        var rows = new TokenRows();
        foreach (var example in pool)
        {
            example.Class.ShouldBe(TokenRows.Ignore);
            example.Targets.Sum().ShouldBe(1, 1e-5);
            new TokenizedDataset([example], default).Fill(rows, [0]);
            example.Targets.ShouldBe(Softmax(model.Scores(rows)), 1e-5);
        }
    }

    [Fact]
    [Checks(2)]
    public void The_rows_in_the_pool_are_those_that_the_model_is_surest_of()
    {
        var owner = Owner("a");
        var model = new LearnerModel(models.Learners[0]);
        model.Trainable.Write(owner.Initial);
        var whole = PoolOf(model, owner.Data, version: 9).Select(example => example.Targets.Max()).OrderDescending().ToArray();
        PoolOf(model, owner.Data, version: 1).Select(example => example.Targets.Max()).OrderDescending().ShouldBe(whole[..16]);
        whole.Length.ShouldBe(Rows - 4);
    }

    [Fact]
    [Checks(3)]
    public void The_pool_never_shrinks_nor_exceeds_the_unlabelled_rows()
    {
        var few = new PseudoLabels(Known: 4, Growth: 1.7);
        int[] sizes = [.. Enumerable.Range(0, 12).Select(version => PseudoLabelling.PoolSize(few, 4, Rows - 4, version))];
        sizes[0].ShouldBe(0, "the first round learns from what is known");
        sizes.ShouldBe([.. sizes.Order()]);
        sizes[^1].ShouldBe(Rows - 4);
        PseudoLabelling.PoolSize(few, 4, Rows - 4, 10_000).ShouldBe(Rows - 4);
    }

    [Fact]
    [Checks(3)]
    public void A_row_has_one_soft_label_at_most_and_a_newer_model_makes_it_anew()
    {
        var owner = Owner("a");
        var model = new LearnerModel(models.Learners[0]);
        model.Trainable.Write(owner.Initial);
        var before = PoolOf(model, owner.Data, version: 9).ToDictionary(example => string.Join(',', example.Ids), example => example.Targets);
        before.Count.ShouldBe(Rows - 4, "no row twice");
        using var federation = Federation(Method(new PseudoLabels(Known: 4)));
        model.Trainable.Write(federation.Run(2)[^1].Model);
        var after = PoolOf(model, owner.Data, version: 9);
        after.Length.ShouldBe(Rows - 4);
        after.ShouldContain(example => !before[string.Join(',', example.Ids)].SequenceEqual(example.Targets));
    }

    [Fact]
    [Checks(5)]
    public void Labels_that_are_not_known_change_nothing()
    {
        PseudoLabels few = new(Known: 4, Growth: 3);
        using var federation = Federation(Method(few));
        using var lied = Federation(Method(few), (id, data) =>
        {
            var known = PseudoLabelling.Known(few, Order(id, Method(few), 0), Rows).ToHashSet();
            return new TokenizedDataset([.. data.Examples.Select((example, row) => known.Contains(row) ? example : example with { Class = (example.Class + 1) % TinyOwners.Classes })], default);
        });
        federation.Run(3)[^1].Model.Zip(lied.Run(3)[^1].Model).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
    }

    [Fact]
    [Checks(5)]
    public void Nothing_but_the_factors_leaves_a_client()
    {
        using var federation = Federation(Method(new PseudoLabels(Known: 4)));
        federation.Run(3);
        foreach (var visit in federation.Visits)
        {
            visit.Up.Sections.Keys.Where(section => visit.Up.Section(section).Count > 0).ShouldBe([MessageBody.Parameters]);
            visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key).ShouldBe(federation.Start.Select(tensor => tensor.Key));
            visit.Up.Numbers.Keys.ShouldBe([Update.ExamplesNumber, Update.StepsNumber, Update.TrainLossNumber], ignoreOrder: true);
            visit.State.Section(LocalProgramRunner.PrivateSection).ShouldBeEmpty("nor is it kept");
        }

        federation.Visits.Where(visit => visit.Client == "a").Select(visit => visit.Up.Numbers[Update.ExamplesNumber]).ShouldBe([4, 20, 24]);
        federation.Forecast(3).ShouldBe(federation.Ledger.Rounds.Values);
    }

    [Fact]
    public void A_model_without_classes_is_refused() =>
        MethodRules.Refusals(Method(new PseudoLabels(Classes: 0))).ShouldHaveSingleItem().ShouldContain("a model that classifies sequences");

    public void Dispose() => models.Dispose();

    private static Method Method(PseudoLabels? few) => Catalogue.LpFl with
    {
        Adaptation = new LoraConfig(2, 4),
        LocalProgram = new LocalProgram([new Phase(Optimizer: new OptimizerSpec.Sgd(0.05), Budget: new Budget.Steps(4), BatchSize: 6)]) { PseudoLabels = few },
    };

    private static WorkOrder Order(string client, Method method, int version) => new("run", version, 20, "train", client, WorkOrder.CurrentProtocol, 1, "base", "tokenizer", method);

    private static TokenizedExample[] PoolOf(IClientModel model, TokenizedDataset data, int version) =>
        [.. PseudoLabelling.Rows(Order("a", Method(new PseudoLabels(Known: 4)), version), model, data).Examples.Where(example => example.Class < 0)];

    private static float[] Softmax(float[] scores)
    {
        var powers = scores.Select(score => Math.Exp(score)).ToArray();
        return [.. powers.Select(power => (float)(power / powers.Sum()))];
    }

    private static TokenizedDataset Data(string id) => new(
        [.. Enumerable.Range(0, Rows).Select(i => new TokenizedExample([i + 1, (i * 7 % 36) + 1, (i % 3) + 1, id[0] - 'a' + 1], [], i % TinyOwners.Classes))], default);

    private Owner Owner(string id, Func<string, TokenizedDataset, TokenizedDataset>? change = null) =>
        models.Make(id, new LoraConfig(2, 4), change?.Invoke(id, Data(id)) ?? Data(id), classTokens: Words);

    private OwnerFederation Federation(Method method, Func<string, TokenizedDataset, TokenizedDataset>? change = null) => new(method, [Owner("a", change), Owner("b", change)]);
}
