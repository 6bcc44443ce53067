using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Training;

/// <summary>A learner whose model is made without some blocks.</summary>
public sealed class LearnerBlocksTests : IDisposable
{
    private readonly ReferenceBackend<double> backend = new();

    public static TheoryData<string> Models => [.. TinyModels.Families, TinyModels.Gpt2Classifier, TinyModels.RobertaClassifier];

    [Theory]
    [MemberData(nameof(Models))]
    public void Without_a_block_the_others_learn_and_it_does_not(string config)
    {
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        var adapters = new LoraConfig(Rank: 2).Resolve(model);
        using var whole = new Learner(model, adapters, Objective.Of(model.Shape), tape);
        using var shallow = whole.Sibling(null, [1]);
        var moved = new ParameterSet(adapters[0].Initial(model, 3).Select(t => t with { Values = [.. t.Values.Select((_, i) => (float)Math.Sin(i + 1))] }));
        whole.Trainable.Write(moved);
        shallow.Trainable.Write(moved);
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30], [8, 2, 11]);

        shallow.AddGradient(rows).ShouldNotBe(whole.AddGradient(rows));

        var slopes = shallow.Trainable.ReadGradient();
        slopes.Where(t => t.Key.Layer == 1 && !IsOfTheEncoder(t)).ShouldAllBe(t => t.Values.All(v => v == 0));
        slopes.Where(t => t.Key.Layer == 0).ShouldContain(t => t.Values.Any(v => v != 0));
    }

    [Fact]
    public void Without_the_last_block_it_is_the_pass_through_the_first()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var tape = new Tape(backend);
        using var shallow = new Learner(model, [], Objective.Of(model.Shape), tape, leftOut: [1]);
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30]);

        var logits = shallow.Infer(rows, pass => model.Head.Forward(pass, model.Finish(pass, model.Blocks(pass, model.Embed(pass), 0, 1))));

        shallow.Logits(rows).ShouldBe(logits);
    }

    public void Dispose() => backend.Dispose();

    // Blocks of an encoder–decoder model are the decoder's.
    private static bool IsOfTheEncoder(HostTensor tensor) => tensor.Key.Name.Contains("encoder.block", StringComparison.Ordinal);
}
