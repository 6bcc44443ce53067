using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Training;

/// <summary>A batch of more rows than a pass has is gone through in parts: the same loss and gradient, and the memory of one part.</summary>
public sealed class LearnerPartsTests : IDisposable
{
    private readonly ReferenceBackend<double> backend = new();

    public static TheoryData<string> Models => [.. TinyModels.Families, TinyModels.Gpt2Classifier, TinyModels.RobertaClassifier];

    [Theory]
    [MemberData(nameof(Models))]
    public void Loss_and_gradient_are_those_of_the_samples_one_by_one(string config)
    {
        using var model = TinyModels.Build(config, backend);
        ShouldBeThoseOfTheSamples(model, new LoraConfig(Rank: 2, Dropout: 0.3));
    }

    [Fact]
    public void Also_with_virtual_rows_in_front()
    {
        using var model = TinyModels.Build(TinyModels.Gpt2, backend);
        ShouldBeThoseOfTheSamples(model, new PromptTuningConfig(3));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_batch()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        var limit = Learner.RowsPerPass(model.Shape);

        var (small, rows) = PeakOf(model, limit / 20);
        var (large, most) = PeakOf(model, limit);

        rows.ShouldBe(most);
        most.ShouldBeInRange(limit - 20, limit);
        large.ShouldBe(small);
    }

    [Fact]
    public void A_sequence_longer_than_a_pass_is_a_part_of_its_own()
    {
        var rows = new TokenRows();
        rows.Add([1, 2, 3, 4], []);
        rows.Add([5, 6, 7, 8, 9], []);
        rows.Add([1], []);
        rows.Add([2], []);

        rows.PartEnd(0, 4, 0).ShouldBe(1);
        rows.PartEnd(1, 4, 0).ShouldBe(2);
        rows.PartEnd(2, 4, 0).ShouldBe(4);
        rows.PartEnd(2, 4, 2).ShouldBe(3, "virtual rows count");
    }

    [Fact]
    public void A_part_holds_what_its_sequences_had()
    {
        var rows = new TokenRows();
        Add(rows, 0);
        Add(rows, 1);
        Add(rows, 2);
        var alone = new TokenRows();
        Add(alone, 1);
        var part = new TokenRows();
        Add(part, 0);

        rows.CopyTo(part, 1, 2);

        part.Ids.ToArray().ShouldBe(alone.Ids.ToArray());
        part.Types.ToArray().ShouldBe(alone.Types.ToArray());
        part.Positions.ToArray().ShouldBe(alone.Positions.ToArray());
        part.PositionEnd.ShouldBe(alone.PositionEnd);
        part.Labels.ToArray().ShouldBe(alone.Labels.ToArray());
        part.LabelledRowIndices.ToArray().ShouldBe(alone.LabelledRowIndices.ToArray());
        part.Keys.ToArray().ShouldBe(alone.Keys.ToArray());
        part.Segments.ToArray().ShouldBe(alone.Segments.ToArray());
        part.PooledRows.ToArray().ShouldBe(alone.PooledRows.ToArray());
        part.Classes.ToArray().ShouldBe(alone.Classes.ToArray());
        part.TargetMemory.ToArray().ShouldBe(alone.TargetMemory.ToArray());
        part.SourceSegmentMemory.ToArray().ShouldBe(alone.SourceSegmentMemory.ToArray());
        part.Source!.Ids.ToArray().ShouldBe(alone.Source!.Ids.ToArray());
        part.Source!.Keys.ToArray().ShouldBe(alone.Source!.Keys.ToArray());
    }

    public void Dispose() => backend.Dispose();

    private static void Add(TokenRows rows, int s) => rows.Add(
        [s + 1, s + 2, s + 3, 0], [s + 2, TokenRows.Ignore, 5, TokenRows.Ignore], firstPosition: s, classLabel: s, sampleKey: 7 + s, pooledAt: 2, targets: [s, s + 0.5f],
        types: [0, 1, 1, 0], unseen: 1, firstLabel: s, answered: [.. Enumerable.Range(10 * s, s + 2)]);

    private (long Bytes, int Rows) PeakOf(LanguageModel model, int count)
    {
        using var tape = new Tape(backend);
        using var learner = LearnerOf(model, new LoraConfig(Rank: 2), tape, new LanguageModelling());
        learner.AddGradient(TinyModels.Rows(model, [.. Enumerable.Repeat(Sample(0, 20), count)]));
        return (learner.PeakPassBytes, learner.PeakPassRows);
    }

    private void ShouldBeThoseOfTheSamples(LanguageModel model, AdapterConfig config)
    {
        var objective = Objective.Of(model.Shape);
        using var tape = new Tape(backend);
        using var learner = LearnerOf(model, config, tape, objective);
        learner.DropoutKey = 5;
        int[][] samples = [.. Enumerable.Range(0, 20).Select(s => Sample(s, 8 + (s * 7 % 13)))];
        var together = TinyModels.Rows(model, samples);
        TokenRows[] single = [.. samples.Select((sample, s) => TinyModels.Rows(model, s, sample))];
        for (var s = 0; s < samples.Length; s++)
        {
            // The class follows from a sample's place, which is another alone.
            single[s].Clear();
            together.CopyTo(single[s], s, s + 1);
        }

        (together.Count + (together.Source?.Count ?? 0)).ShouldBeGreaterThan(Learner.RowsPerPass(model.Shape));
        var terms = single.Sum(objective.Terms);
        var expected = 0.0;
        foreach (var sample in single)
        {
            var share = objective.Terms(sample) / (double)terms;
            expected += share * learner.AddGradient(sample, (float)share);
        }

        var gradient = learner.Trainable.ReadGradient();
        learner.Trainable.ZeroGradient();

        learner.AddGradient(together).ShouldBe(expected, 1e-9);
        foreach (var tensor in learner.Trainable.ReadGradient())
        {
            tensor.Values.Zip(gradient[tensor.Key].Values).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= 1e-6 * (1 + Math.Abs(pair.Second)));
        }
    }

    private static Learner LearnerOf(LanguageModel model, AdapterConfig config, Tape tape, IObjective objective)
    {
        var adapters = config.ForTask(model.Shape.Task).Resolve(model);
        var learner = new Learner(model, adapters, objective, tape);
        var values = new ParameterSet(adapters.SelectMany(adapter => adapter.Initial(model, 3)));
        foreach (var tensor in values)
        {
            InitialValues.Normal(tensor, 4, 0.5);
        }

        learner.Trainable.Write(values);
        return learner;
    }

    private static int[] Sample(int first, int length) => [.. Enumerable.Range(0, length).Select(i => ((first * 5) + (i * 11)) % 37)];
}
