using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Hidden units that may stand in any order, and narrower models of the first of them, in double precision.</summary>
public sealed class UnitSpaceTests
{
    [Theory]
    [MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void In_another_order_they_give_the_same(string config)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        var values = Values(model).ToDictionary(tensor => tensor.Key.Name);
        var before = Loss(model, new ParameterSet(values.Values));
        foreach (var space in model.Units)
        {
            int[] order = [.. Enumerable.Range(0, space.Count).Select(i => ((5 * i) + 2) % space.Count).Distinct().Concat(Enumerable.Range(0, space.Count)).Distinct()];
            foreach (var axis in space.Axes)
            {
                values[axis.Tensor] = values[axis.Tensor].Reordered(axis.Axis, axis.Start, order);
                if (axis == space.Axes[0])
                {
                    Math.Abs(Loss(model, new ParameterSet(values.Values)) - before).ShouldBeGreaterThan(1e-9, $"{axis.Tensor} alone");
                }
            }

            Loss(model, new ParameterSet(values.Values)).ShouldBe(before, 1e-9 * Math.Abs(before));
        }

        model.Units.Count(space => space.IsElastic).ShouldBeGreaterThanOrEqualTo(model.Shape.Layers);
        model.Units.Any(space => !space.IsElastic).ShouldBe(!TurnsByPlace(config), "a rotation tells the dimensions of a head apart");
    }

    [Theory]
    [MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_narrower_model_is_the_whole_one_without_the_last_units_also_in_its_gradient(string config)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        var whole = Values(model);
        var layout = whole.ToDictionary(tensor => tensor.Key.Name);
        var shapes = new Dictionary<string, int[]>();
        foreach (var space in model.Units.Where(space => space.IsElastic))
        {
            foreach (var axis in space.Axes)
            {
                shapes[axis.Tensor] = [.. layout[axis.Tensor].Shape.Select((size, i) => i == axis.Axis ? space.Count - 5 : size)];
            }
        }

        // Units whose weights to the next layer are zero give nothing, and nothing comes back to those before them.
        ParameterSet narrow = new(whole.Select(tensor => tensor.Leading(shapes.GetValueOrDefault(tensor.Key.Name) ?? tensor.Shape)));
        ParameterSet without = new(whole.Select(tensor => shapes.ContainsKey(tensor.Key.Name) ? Padded(narrow[tensor.Key], tensor) : tensor));
        using var tape = new Tape(backend);
        using var full = new Learner(model, new FullConfig().Resolve(model), Objective.Of(model.Shape), tape);
        using var small = new Learner(model, new FullConfig().Narrowed(shapes).Resolve(model), Objective.Of(model.Shape), tape);
        full.Write(without);
        small.Write(narrow);
        full.Trainable.ZeroGradient();
        small.Trainable.ZeroGradient();
        small.AddGradient(Rows(model)).ShouldBe(full.AddGradient(Rows(model)), 1e-9);
        var expected = full.Trainable.ReadGradient();
        foreach (var tensor in small.Trainable.ReadGradient())
        {
            tensor.Shape.ShouldBe(narrow[tensor.Key].Shape);
            tensor.Values.ShouldBe(expected[tensor.Key].Leading(tensor.Shape).Values, 1e-6);
        }
    }

    [Fact]
    public void A_leading_part_takes_the_first_of_every_axis()
    {
        var tensor = new HostTensor(default, [2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (float)i)]);
        tensor.Leading([2, 3, 4]).ShouldBeSameAs(tensor);
        tensor.Leading([1, 2, 3]).Values.ShouldBe([0f, 1, 2, 4, 5, 6]);
        tensor.Leading([2, 2, 2]).Values.ShouldBe([0f, 1, 4, 5, 12, 13, 16, 17]);
        Should.Throw<ArgumentException>(() => tensor.Leading([2, 4, 4]));
        Should.Throw<ArgumentException>(() => tensor.Leading([2, 3]));
    }

    private static bool TurnsByPlace(string config) => config.Contains("Llama", StringComparison.Ordinal) || config.Contains("Mistral", StringComparison.Ordinal)
        || config.Contains("Qwen2", StringComparison.Ordinal) || config.Contains("Gemma", StringComparison.Ordinal) || config.Contains("NeoX", StringComparison.Ordinal);

    // Biases begin at zero; here they count.
    private static ParameterSet Values(LanguageModel model) => new(new FullConfig().Resolve(model)[0].Initial(model, 1).Select((tensor, t) =>
        tensor.Key.Name.EndsWith(".bias", StringComparison.Ordinal) ? tensor with { Values = [.. tensor.Values.Select((_, i) => (float)(0.2 * Math.Sin((t * 3) + i)))] } : tensor));

    private static HostTensor Padded(HostTensor part, HostTensor whole)
    {
        var axis = Enumerable.Range(0, whole.Shape.Length).Single(i => whole.Shape[i] != part.Shape[i]);
        var inner = HostTensor.Count(whole.Shape.AsSpan(axis + 1));
        return whole with { Values = [.. whole.Values.Select((value, i) => i / inner % whole.Shape[axis] < part.Shape[axis] ? value : 0)] };
    }

    private static TokenRows Rows(LanguageModel model) => TinyModels.Rows(model, [3, 9, 27, 4, 5], [8, 2, 30]);

    private static double Loss(LanguageModel model, ParameterSet values)
    {
        using var tape = new Tape(model.Backend);
        using var learner = new Learner(model, new FullConfig().Resolve(model), Objective.Of(model.Shape), tape);
        learner.Write(values);
        return learner.Loss(Rows(model));
    }
}
