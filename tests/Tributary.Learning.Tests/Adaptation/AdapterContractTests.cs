using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Adaptation.Lora;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Adaptation;

/// <summary>What every kind of adapter must keep, on every family.</summary>
public sealed class AdapterContractTests
{
    private const float Near = 2e-5f;

    public static TheoryData<string> Cases => [.. AdapterCase.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_fresh_adapter_leaves_the_output_unchanged(string name)
    {
        using var adapted = Open(name);
        adapted.Learner.Trainable.Write(adapted.Initial);
        if (adapted.Case.ActsAtOnce)
        {
            adapted.Outputs().ShouldNotBe(adapted.OutputsOf(adapted.Model));
            return;
        }

        adapted.Outputs().ShouldBe(adapted.OutputsOf(adapted.Model), Near);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_changes_every_declared_tensor_and_nothing_else(string name)
    {
        using var adapted = Open(name);
        var (learner, plain) = (adapted.Learner, adapted.OutputsOf(adapted.Model));
        var frozen = adapted.Model.Tensors.Select(t => t.ReadValues()).ToArray();
        learner.Trainable.Write(adapted.Moved);
        using var optimizer = new Optimizer(new OptimizerSpec.AdamW(0.01, WeightDecay: 0.1), adapted.Model.Backend, learner.Trainable.Length);
        for (var step = 0; step < 2; step++)
        {
            learner.Trainable.ZeroGradient();
            learner.AddGradient(adapted.Rows);
            optimizer.Step(learner.Trainable.Values, learner.Trainable.Gradient, 0.01);
        }

        var trained = learner.Trainable.Read();
        trained.Select(t => t.Key).ShouldBe(adapted.Adapters.SelectMany(a => a.Tensors).Select(t => t.Key).Order());
        trained.ShouldAllBe(t => !t.Values.SequenceEqual(adapted.Moved[t.Key].Values));
        learner.Activate();
        adapted.Outputs().ShouldBe(plain);
        adapted.Model.Tensors.Zip(frozen).ShouldAllBe(p => p.First.ReadValues().SequenceEqual(p.Second));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_agree_with_differences_of_the_loss(string name)
    {
        using var adapted = Open(name);
        var (learner, values) = (adapted.Learner, adapted.Moved.Copy());
        learner.Trainable.Write(values);
        learner.Trainable.ZeroGradient();
        learner.AddGradient(adapted.Rows);
        var gradients = learner.Trainable.ReadGradient();
        foreach (var gradient in gradients)
        {
            var tensor = values[gradient.Key];
            var adapter = adapted.Adapters.Single(a => a.Name == gradient.Key.Adapter);
            for (var i = 0; i < tensor.Values.Length; i += Math.Max(1, tensor.Values.Length / 3))
            {
                var (down, up) = (tensor.Values[i] - 0.001f, tensor.Values[i] + 0.001f);
                var slope = Slope(adapted, values, tensor, i, down, up) - DoraLengths.LeftOut(adapter, values, gradients, tensor, i, down, up);
                slope.ShouldBe(gradient.Values[i], 2e-4 + (1e-3 * Math.Abs(gradient.Values[i])), $"{gradient.Key.Name}[{i}]");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_tangent_along_the_gradient_is_its_squared_norm(string name)
    {
        using var adapted = Open(name);
        adapted.Learner.Trainable.Write(adapted.Moved);
        adapted.Learner.Trainable.ZeroGradient();
        adapted.Learner.AddGradient(adapted.Rows);
        var gradient = adapted.Learner.Trainable.ReadGradient();
        var square = gradient.Sum(g => g.Values.Sum(v => (double)v * v));
        adapted.Learner.DirectionalDerivative(adapted.Rows, gradient).ShouldBe(square, 1e-5 * square);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_written_folder_reads_back_and_is_written_again_byte_for_byte(string name)
    {
        using var adapted = Open(name);
        using var folder = new TemporaryFolder();
        var (first, second) = (folder.PathOf("first"), folder.PathOf("second"));
        AdapterFolder.WriteAll(first, adapted.Adapters, adapted.Moved, "base");
        var read = AdapterFolder.ReadAll(first, adapted.Model);
        AdapterFolder.WriteAll(second, [.. read.Select(r => r.Adapter)], new ParameterSet(read.SelectMany(r => r.Values)), "base");

        var values = new ParameterSet(read.SelectMany(r => r.Values));
        values.Select(t => t.Key).ShouldBe(adapted.Moved.Select(t => t.Key));
        values.Zip(adapted.Moved).ShouldAllBe(p => p.First.Values.SequenceEqual(p.Second.Values));
        var files = Directory.GetFiles(first, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(first, f)).ToArray();
        files.Count(f => Path.GetFileName(f) is AdapterFolder.ConfigFile or AdapterFolder.TensorFile).ShouldBe(2 * adapted.Adapters.Count);
        files.ShouldAllBe(f => File.ReadAllBytes(Path.Combine(first, f)).SequenceEqual(File.ReadAllBytes(Path.Combine(second, f))));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Merged_weights_give_what_the_adapter_gives_and_come_back(string name)
    {
        using var adapted = Open(name);
        if (!adapted.Adapters.All(a => a is IMergeable))
        {
            Should.Throw<InputException>(() => MergedWeights.Of(adapted.Model, adapted.Parts)).Message.ShouldContain("cannot be merged");
            return;
        }

        adapted.Learner.Trainable.Write(adapted.Moved);
        var merged = MergedWeights.Of(adapted.Model, adapted.Parts);
        OutputsOf(adapted, merged).ShouldBe(adapted.Outputs(), Near);

        foreach (var (adapter, values) in adapted.Parts.Reverse())
        {
            ((IMergeable)adapter).Unmerge(merged, values);
        }

        OutputsOf(adapted, merged).ShouldBe(adapted.OutputsOf(adapted.Model), Near);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Adapters_are_switched_while_the_model_is_loaded(string name)
    {
        using var adapted = Open(name);
        var (learner, plain) = (adapted.Learner, adapted.OutputsOf(adapted.Model));
        var all = adapted.Adapters.Select(a => (a.Name, 1f)).ToArray();
        learner.Trainable.Write(adapted.Moved);
        var together = adapted.Outputs();

        learner.Activate();
        adapted.Outputs().ShouldBe(plain);
        learner.Activate(all);
        adapted.Outputs().ShouldBe(together);
        learner.Activate([.. all.Select(a => (a.Name, 0f))]);
        adapted.Outputs().ShouldBe(plain);
        Should.Throw<InputException>(() => learner.Activate(("stranger", 1))).Message.ShouldContain(all[0].Name);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_adapter_is_weighted_or_refuses_to_be(string name)
    {
        using var adapted = Open(name);
        var half = adapted.Adapters.Select(a => (a.Name, 0.5f)).ToArray();
        adapted.Learner.Trainable.Write(adapted.Moved);
        var (plain, together) = (adapted.OutputsOf(adapted.Model), adapted.Outputs());
        if (!adapted.Case.CanBeWeighted)
        {
            Should.Throw<InputException>(() => adapted.Learner.Activate(half)).Message.ShouldContain("whole");
            return;
        }

        // Almost nothing is almost the base; the change grows with the weight.
        double Change(float weight)
        {
            adapted.Learner.Activate([.. half.Select(a => (a.Name, weight))]);
            return adapted.Outputs().Zip(plain).Sum(p => Math.Abs(p.First - p.Second));
        }

        Change(1).ShouldBe(together.Zip(plain).Sum(p => Math.Abs(p.First - p.Second)), 1e-6);
        Change(0.02f).ShouldBe(2 * Change(0.01f), 0.1 * Change(0.02f));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weighted_adapters_are_trained_with_their_weights(string name)
    {
        using var adapted = Open(name);
        if (!adapted.Case.CanBeWeighted)
        {
            return;
        }

        var learner = adapted.Learner;
        learner.Activate([.. adapted.Adapters.Select(a => (a.Name, 0.3f))]);
        learner.Trainable.Write(adapted.Moved);
        learner.Trainable.ZeroGradient();
        learner.AddGradient(adapted.Rows);
        var gradient = learner.Trainable.ReadGradient();
        var square = gradient.Sum(g => g.Values.Sum(v => (double)v * v));
        learner.DirectionalDerivative(adapted.Rows, gradient).ShouldBe(square, 1e-5 * square);
        if (adapted.Case.Config is not LoraConfig { Dora: true })
        {
            var step = (float)(0.001 / Math.Sqrt(square));
            ((Loss(step) - Loss(-step)) / (2.0 * step)).ShouldBe(square, 2e-3 * square);
        }

        double Loss(float step)
        {
            var moved = adapted.Moved.Copy();
            foreach (var tensor in moved)
            {
                for (var i = 0; i < tensor.Values.Length; i++)
                {
                    tensor.Values[i] += step * gradient[tensor.Key].Values[i];
                }
            }

            learner.Trainable.Write(moved);
            return learner.Loss(adapted.Rows);
        }
    }

    private static AdaptedModel Open(string name) => new(AdapterCase.All[name]);

    private static double Slope(AdaptedModel adapted, ParameterSet values, HostTensor tensor, int index, float down, float up)
    {
        var kept = tensor.Values[index];
        var above = At(up);
        var below = At(down);
        At(kept);
        return (above - below) / ((double)up - down);

        double At(float value)
        {
            tensor.Values[index] = value;
            adapted.Learner.Trainable.Write(values);
            return adapted.Learner.Loss(adapted.Rows);
        }
    }

    private static float[] OutputsOf(AdaptedModel adapted, MergedWeights merged)
    {
        var config = JsonNode.Parse(adapted.Case.Model)!;
        if (merged.Unties)
        {
            config["tie_word_embeddings"] = false;
        }

        using var model = ModelLoader.Build(config.ToJsonString(), adapted.Model.Backend, new MemoryTensors(merged.ToSet()));
        return adapted.OutputsOf(model);
    }
}
