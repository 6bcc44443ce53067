using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.ClassTables;
using Tributary.Federation.Parts.Weightings;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedhpl")]
public sealed class FedHplTests : IDisposable
{
    private const int Classes = TinyOwners.Classes;
    private readonly TinyOwners models = new();

    [Fact]
    [Checks(1)]
    public void Clients_with_models_and_prompts_of_different_widths_take_part_and_bytes_do_not_depend_on_them()
    {
        using var federation = Federation(Method(1));
        federation.Run(3);
        foreach (var visit in federation.Visits)
        {
            visit.Up.Section(MessageBody.Parameters).ShouldBeEmpty();
            visit.Down.Section(MessageBody.Parameters).ShouldBeEmpty();
        }

        const int Table = 4 * ((Classes * Classes) + (2 * Classes));
        federation.Ledger.Rounds[1].Down.ValueBytes.ShouldBe(0, "there is nothing to teach yet");
        foreach (var round in (int[])[2, 3])
        {
            federation.Ledger.Rounds[round].Up.ValueBytes.ShouldBe(2 * Table);
            federation.Ledger.Rounds[round].Down.ValueBytes.ShouldBe(2 * Table);
        }

        federation.Forecast(3).ShouldBe(federation.Ledger.Rounds.Values);
    }

    [Fact]
    [Checks(2)]
    public void Samples_that_the_model_gets_wrong_are_not_in_the_mean()
    {
        var owner = models.Make("a", new PromptTuningConfig(2), TinyOwners.Labelled(1, 9), classifies: true);
        var model = new LearnerModel(models.Learners[0]);
        model.Trainable.Write(owner.Initial);
        var rows = new TokenRows();
        owner.Data.Fill(rows, [.. Enumerable.Range(0, 9)]);
        var scores = model.Scores(rows);
        int[] found = [.. Enumerable.Range(0, 9).Select(i => Enumerable.Range(0, Classes).MaxBy(c => scores[(i * Classes) + c]))];
        var right = new TokenizedDataset([.. owner.Data.Examples.Select((example, i) => example with { Class = found[i] })], default);
        var whole = ClassTableRules.Measure(model, right, Classes);
        whole.Correct.Sum().ShouldBe(9);

        var flipped = new TokenizedDataset([.. right.Examples.Select((example, i) => i == 4 ? example with { Class = (found[4] + 1) % Classes } : example)], default);
        var less = ClassTableRules.Measure(model, flipped, Classes);
        less.Correct[found[4]].ShouldBe(whole.Correct[found[4]] - 1);
        less.Correct.Sum().ShouldBe(8);
        less.Examples.Sum().ShouldBe(9);
        var others = Enumerable.Range(0, 9).Where(i => i != 4 && found[i] == found[4]).ToArray();
        if (others.Length == 0)
        {
            less.Row(found[4]).ShouldBeNull();
        }
        else
        {
            less.Row(found[4])!.ShouldBe([.. Enumerable.Range(0, Classes).Select(c => others.Average(i => scores[(i * Classes) + c]))], 1e-5);
        }
    }

    [Fact]
    [Checks(3)]
    public void A_receivers_row_lies_between_those_of_the_senders()
    {
        ClassTable[] senders = [Table(0, [4, 0, 1]), Table(1, [2, 3, 0]), Table(2, [1, 5, 0])];
        foreach (var own in (ClassTable?[])[.. senders, null])
        {
            var mixed = ClassAffinity.Mixture(new Weighting.ClassAffinity(), own, senders);
            for (var c = 0; c < Classes; c++)
            {
                var rows = senders.Select(sender => sender.Row(c)).OfType<float[]>().ToArray();
                ClassAffinity.Weights(new Weighting.ClassAffinity(), own, senders, c).Sum().ShouldBe(1, 1e-12);
                for (var i = 0; i < Classes; i++)
                {
                    mixed.Row(c)![i].ShouldBeInRange(rows.Min(row => row[i]) - 1e-6f, rows.Max(row => row[i]) + 1e-6f);
                }
            }
        }
    }

    [Fact]
    [Checks(3)]
    public void Weights_follow_correct_samples_and_the_cosine_and_without_an_own_row_the_samples_alone()
    {
        var own = new ClassTable([1, 0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0], [1, 1, 1]);
        ClassTable[] senders = [new([2, 0, 0, 1, 0, 0, 0, 0, 0], [1, 3, 0], [2, 3, 0]), new([0, 5, 0, 0, 1, 0, 0, 0, 0], [1, 1, 0], [1, 1, 0])];
        var e = Math.E;
        ClassAffinity.Weights(new Weighting.ClassAffinity(), own, senders, 0).ShouldBe([e / (e + 1), 1 / (e + 1)], 1e-12);
        ClassAffinity.Weights(new Weighting.ClassAffinity(), own, senders, 1).ShouldBe([0.75, 0.25], 1e-12);
        ClassAffinity.Weights(new Weighting.ClassAffinity(), own, senders, 2).ShouldBe([0, 0]);
        ClassAffinity.Mixture(new Weighting.ClassAffinity(), own, senders).Row(2).ShouldBeNull();
    }

    [Fact]
    [Checks(4)]
    public void Without_strength_it_is_prompt_tuning_alone()
    {
        using var federation = Federation(Method(0));
        using var alone = Federation(Method(0) with
        {
            LocalProgram = Method(0).LocalProgram.WithEveryPhase(phase => phase with { Losses = [new LossTerm.Task()] }) with { ClassLogits = null },
            Combine = new Combine.Factors(),
            Dispatch = new Dispatch.Broadcast(),
        });
        using var taught = Federation(Method(1));
        federation.Run(3);
        alone.Run(3);
        taught.Run(3);
        foreach (var client in (string[])["a", "b"])
        {
            Private(federation, client).ShouldBe(Private(alone, client));
            Private(taught, client).ShouldNotBe(Private(alone, client));
        }
    }

    [Fact]
    [Checks(5)]
    public void Receivers_whose_tables_differ_receive_different_ones()
    {
        using var federation = Federation(Method(1));
        federation.Run(2);
        var received = federation.Visits.Where(visit => visit.Version == 1).Select(visit => ClassTable.Of(visit.Down.Section(ClassTable.Section))!).ToArray();
        var sent = federation.Visits.Where(visit => visit.Version == 0).Select(visit => ClassTable.Of(visit.Up.Section(ClassTable.Section))!).ToArray();
        var common = Enumerable.Range(0, Classes).Where(c => sent.All(table => table.Row(c) is not null)).ToArray();
        common.ShouldNotBeEmpty("both get samples of some class right");
        common.ShouldContain(c => !received[0].Row(c)!.SequenceEqual(received[1].Row(c)!));
        received[0].Correct.ShouldBe([.. Enumerable.Range(0, Classes).Select(c => sent.Sum(table => table.Correct[c]))]);
    }

    public void Dispose() => models.Dispose();

    private static Method Method(double strength) => Catalogue.FedHpl with
    {
        LocalProgram = new LocalProgram(
        [
            new Phase(
                Losses: [new LossTerm.Task(), new LossTerm.ClassDistillation(strength)], Optimizer: new OptimizerSpec.Sgd(0.1, Momentum: 0.9), Budget: new Budget.Steps(6), BatchSize: 6),
        ])
        {
            ClassLogits = new ClassLogits(Classes),
        },
    };

    // Two owners whose models differ in width and depth, and whose prompts differ in length; the server knows no tensor.
    private OwnerFederation Federation(Method method) => new(
        method,
        [
            models.Make("a", new PromptTuningConfig(2), TinyOwners.Labelled(1, 12), width: 16, classifies: true),
            models.Make("b", new PromptTuningConfig(3), TinyOwners.Labelled(2, 9), width: 24, layers: 1, classifies: true),
        ],
        start: new([]));

    private static float[] Private(OwnerFederation federation, string client) => [.. federation.StateOf(client).Section(LocalProgramRunner.PrivateSection).SelectMany(tensor => tensor.Values)];

    private static ClassTable Table(int seed, float[] correct) => new([.. Enumerable.Range(0, Classes * Classes).Select(i => MathF.Sin((seed * 9) + i))], correct, correct);
}
