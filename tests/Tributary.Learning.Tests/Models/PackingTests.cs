using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Sequences packed one after another do not see each other.</summary>
public class PackingTests
{
    private static readonly int[] First = [3, 9, 27, 1, 5];
    private static readonly int[] Second = [8, 2, 30];

    [Theory]
    [MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Logits_of_a_sequence_do_not_depend_on_its_neighbours(string config)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);

        var alone = learner.Logits(TinyModels.Rows(model, Second));
        var packed = learner.Logits(TinyModels.Rows(model, First, Second));

        packed[(First.Length * model.Shape.Vocabulary)..].ShouldBe(alone);
    }

    [Theory]
    [MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Dropout_masks_do_not_depend_on_how_samples_are_batched(string config)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        var adapter = new LoraAdapter(new LoraConfig(Rank: 2, Dropout: 0.4), model);
        using var learner = new Learner(model, [adapter], new LanguageModelling(), tape) { DropoutKey = 11 };
        var values = adapter.Initial(model, 3);
        foreach (var tensor in values)
        {
            Tributary.Learning.Tensors.InitialValues.Normal(tensor, 4, 0.5);
        }

        learner.Trainable.Write(values);
        var together = learner.AddGradient(TinyModels.Rows(model, First, Second));
        var first = learner.AddGradient(TinyModels.Rows(model, First));
        var second = learner.AddGradient(TinyModels.Rows(model, firstKey: 1, Second));

        together.ShouldBe(((first * 4) + (second * 2)) / 6, 1e-12);
        Math.Abs(learner.Loss(TinyModels.Rows(model, First, Second)) - together).ShouldBeGreaterThan(1e-6, "evaluation drops nothing");
    }
}
