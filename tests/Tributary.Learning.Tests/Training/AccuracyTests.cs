using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Training;

public sealed class AccuracyTests : IDisposable
{
    private readonly ReferenceBackend<double> backend = new();

    [Fact]
    public void A_token_is_right_when_it_is_the_largest_logit_of_its_row()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], Objective.Of(model.Shape), tape);
        int[] ids = [3, 9, 27, 1, 5, 30];
        var first = new TokenRows();
        first.Add(ids, []);
        var logits = learner.Logits(first);
        var width = logits.Length / ids.Length;
        var best = Enumerable.Range(0, ids.Length).Select(row => Enumerable.Range(0, width).MaxBy(token => logits[(row * width) + token])).ToArray();

        // Three of four rows that are learned are made right.
        int[] labels = [best[0], TokenRows.Ignore, best[2], best[3], (best[4] + 1) % width, TokenRows.Ignore];
        var rows = new TokenRows();
        rows.Add(ids, labels);

        Accuracy.Count(learner, rows).ShouldBe(new HitCount(3, 4));
    }

    [Fact]
    public void A_text_is_right_when_its_class_has_the_largest_score()
    {
        using var model = TinyModels.Build(TinyModels.RobertaClassifier, backend);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], Objective.Of(model.Shape), tape);
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30], [8, 2, 11]);
        var scores = learner.Scores(rows);
        var classes = rows.Classes.ToArray();
        var width = scores.Length / classes.Length;
        var right = classes.Where((label, i) => label >= 0 && scores.AsSpan(i * width, width).IndexOf(scores.Skip(i * width).Take(width).Max()) == label).Count();

        Accuracy.Count(learner, rows).ShouldBe(new HitCount(right, classes.Count(label => label >= 0)));
    }

    public void Dispose() => backend.Dispose();
}
