using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;

namespace Tributary.Learning.Tests.Training;

/// <summary>A model in two parts with nothing but rows and their gradient between them: the loss and the gradients of the whole.</summary>
public sealed class UpperLearnerTests : IDisposable
{
    private readonly CpuBackend backend = new(1);

    public static TheoryData<string, int> Cuts
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var config in ((IEnumerable<string>)[.. TinyModels.Families, TinyModels.Gpt2Classifier, TinyModels.RobertaClassifier]).Where(config => !config.Contains("\"t5\"", StringComparison.Ordinal)))
            {
                data.Add(config, 0);
                data.Add(config, 1);
                data.Add(config, 2);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Both_parts_have_the_gradient_of_the_whole(string config, int blocks)
    {
        using var model = TinyModels.Build(config, backend);
        using var parts = new Parts(model, new LoraConfig(Rank: 2, Dropout: 0.2, Targets: ["all-linear"]), blocks);
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30], [8, 2, 11]);

        var loss = parts.Whole.AddGradient(rows, 0.5f);

        // Behind the last block all rows have passed it; the whole model leaves out those that no label needs, and sums in another order.
        parts.Lower.AddGradient(rows, 0.5f).ShouldBe(loss, 1e-6);
        parts.ShouldHaveTheGradientOfTheWhole(blocks == model.Shape.Layers ? 1e-5 : 0);
    }

    [Fact]
    public void Also_when_all_weights_are_trained()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var parts = new Parts(model, new FullConfig(), 1);
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30], [8, 2, 11]);

        parts.Whole.AddGradient(rows);
        parts.Lower.AddGradient(rows);

        // Input and output share a matrix, to which both parts have something to say.
        parts.ShouldHaveTheGradientOfTheWhole(1e-6);
    }

    [Fact]
    public void Also_when_a_batch_takes_several_passes()
    {
        using var model = TinyModels.Build(TinyModels.Gpt2, backend);
        using var parts = new Parts(model, new LoraConfig(Rank: 2, Dropout: 0.2), 1);
        var rows = TinyModels.Rows(model, [.. Enumerable.Range(0, 30).Select(s => Enumerable.Range(0, 10 + (s % 4)).Select(i => ((s * 5) + (i * 11)) % 37).ToArray())]);
        rows.Count.ShouldBeGreaterThan(Learner.RowsPerPass(model.Shape));

        var loss = parts.Whole.AddGradient(rows);

        parts.Lower.AddGradient(rows).ShouldBe(loss);
        parts.ShouldHaveTheGradientOfTheWhole(0);
    }

    [Fact]
    public void The_loss_alone_leaves_gradients_as_they_are()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var parts = new Parts(model, new LoraConfig(Rank: 2), 1);
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30]);

        parts.Lower.Loss(rows).ShouldBe(parts.Whole.Loss(rows));

        parts.Upper.Trainable.ReadGradient().ShouldAllBe(tensor => tensor.Values.All(value => value == 0));
    }

    [Fact]
    public void Rows_of_another_width_are_refused_and_the_next_ones_are_not()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var parts = new Parts(model, new LoraConfig(Rank: 2), 1);
        var rows = TinyModels.Rows(model, [3, 9, 27]);
        var upper = new UpperLearner(parts.Upper, 1);

        Should.Throw<ArgumentException>(() => upper.Loss(rows, new float[model.Shape.Width]));
        double.IsFinite(upper.Loss(rows, new float[3 * model.Shape.Width])).ShouldBeTrue();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_model_is_cut_inside(int blocks)
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var parts = new Parts(model, new LoraConfig(Rank: 2), 1);
        Should.Throw<ArgumentException>(() => new UpperLearner(parts.Upper, blocks));
    }

    public void Dispose() => backend.Dispose();

    // The same values in three learners: one whole, and one for each part, which has no use for what is beyond the cut.
    private sealed class Parts : IDisposable
    {
        private readonly int blocks;
        private readonly Tape[] tapes;

        public Parts(LanguageModel model, AdapterConfig config, int blocks)
        {
            this.blocks = blocks;
            tapes = [.. Enumerable.Range(0, 3).Select(_ => new Tape(model.Backend))];
            var adapters = config.ForTask(model.Shape.Task).Resolve(model);
            var task = Objective.Of(model.Shape);
            (Whole, Upper) = (new Learner(model, adapters, task, tapes[0]), new Learner(model, adapters, task, tapes[1]));
            Lower = new Learner(model, adapters, new CutLoss(task, blocks, new UpperLearner(Upper, blocks)), tapes[2]);
            var values = new ParameterSet(adapters.SelectMany(adapter => adapter.Initial(model, 3)));
            foreach (var tensor in values.Where(tensor => tensor.Key.Role.StartsWith("lora", StringComparison.Ordinal)))
            {
                InitialValues.Normal(tensor, 4, 0.5);
            }

            foreach (var learner in (Learner[])[Whole, Upper, Lower])
            {
                learner.Trainable.Write(values);
                learner.DropoutKey = 5;
            }
        }

        public Learner Whole { get; }

        public Learner Upper { get; }

        public Learner Lower { get; }

        public void ShouldHaveTheGradientOfTheWhole(double tolerance)
        {
            var (whole, upper, lower) = (Whole.Trainable.ReadGradient(), Upper.Trainable.ReadGradient(), Lower.Trainable.ReadGradient());
            whole.ShouldContain(tensor => tensor.Values.Any(value => value != 0));
            foreach (var tensor in whole)
            {
                var sum = upper[tensor.Key].Values.Zip(lower[tensor.Key].Values, (a, b) => a + b);
                tensor.Values.Zip(sum).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= tolerance * (1 + Math.Abs(pair.First)), tensor.Key.Name);
                if (tensor.Key.Layer >= 0)
                {
                    (tensor.Key.Layer < blocks ? upper : lower)[tensor.Key].Values.ShouldAllBe(value => value == 0, tensor.Key.Name);
                }
            }
        }

        public void Dispose()
        {
            Array.ForEach((Learner[])[Whole, Upper, Lower], learner => learner.Dispose());
            Array.ForEach(tapes, tape => tape.Dispose());
        }
    }
}
