using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Objectives;

public sealed class SequenceClassificationTests : IDisposable
{
    private static readonly int[] Tokens = [11, 4, 29];
    private readonly ReferenceBackend<double> backend = new();

    [Theory]
    [InlineData(TinyModels.Llama)]
    [InlineData(TinyModels.Bert)]
    public void At_a_cloze_it_is_the_cross_entropy_over_the_words_tokens_at_the_marked_row(string config)
    {
        using var model = TinyModels.Build(config, backend, Tokens);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], Objective.Of(model.Shape), tape);
        var rows = new TokenRows();
        rows.Add([3, 9, 27, 1, 5], [], classLabel: 2, sampleKey: 0, pooledAt: 1);
        rows.Add([8, 2, 30], [], classLabel: 0, sampleKey: 1);
        var logits = learner.Logits(rows);
        float[] At(int row) => [.. Tokens.Select(token => logits[(row * model.Shape.Vocabulary) + token])];

        learner.Scores(rows).ShouldBe([.. At(1), .. At(7)], 1e-6);
        learner.Loss(rows).ShouldBe((Missed(At(1), 2) + Missed(At(7), 0)) / 2, 1e-6);
        var right = (Largest(At(1)) == 2 ? 1 : 0) + (Largest(At(7)) == 0 ? 1 : 0);
        Accuracy.Count(learner, rows).ShouldBe(new HitCount(right, 2));
    }

    [Fact]
    public void A_model_that_fills_in_words_goes_on_writing_text()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend, Tokens);
        model.Shape.ScoresSequences.ShouldBeTrue();
        model.Shape.Classes.ShouldBe(3);
        model.Shape.Task.ShouldBe(HeadTask.CausalLanguageModelling);
        model.WritesText.ShouldBeTrue();
    }

    [Fact]
    public void Only_models_that_predict_tokens_one_by_one_fill_in_words()
    {
        Should.Throw<InputException>(() => TinyModels.Build(TinyModels.LlamaClassifier, backend, Tokens)).Message.ShouldContain("leave data.cloze out");
        Should.Throw<InputException>(() => TinyModels.Build(TinyModels.T5, backend, Tokens)).Message.ShouldContain("leave data.cloze out");
        Should.Throw<InputException>(() => TinyModels.Build(TinyModels.Llama, backend, [1, 37])).Message.ShouldContain("token id 37 is outside");
    }

    public void Dispose() => backend.Dispose();

    private static double Missed(float[] scores, int label) => Math.Log(scores.Sum(score => Math.Exp(score))) - scores[label];

    private static int Largest(float[] scores) => Array.IndexOf(scores, scores.Max());
}
