using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Objectives;

/// <summary>The blocks below a cut with an exit behind them, in double.</summary>
public sealed class ExitLossTests : IDisposable
{
    private static readonly SeveralConfig Config = new(new Dictionary<string, AdapterConfig> { ["default"] = new LoraConfig(2, 4), ["exits"] = new ExitsConfig() });
    private readonly ReferenceBackend<double> backend = new();

    public static TheoryData<string> Models => [TinyModels.Gpt2, TinyModels.Llama, TinyModels.Gemma, TinyModels.GptNeox];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_fresh_exit_is_the_model_without_the_blocks_above(string config)
    {
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        using var whole = new Learner(model, Config.Resolve(model), Objective.Of(model.Shape), tape);
        using var shallow = whole.Sibling(null, [.. Enumerable.Range(1, model.Shape.Layers - 1)]);
        using var lower = Lower(whole, new Listener());
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30], [8, 2, 11]);
        var fresh = whole.Initial(7);
        shallow.Write(fresh);
        lower.Write(fresh);

        lower.Loss(rows).ShouldBe(shallow.Loss(rows), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradients_agree_with_differences_of_the_loss_and_nothing_above_has_one(string config)
    {
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        using var whole = new Learner(model, Config.Resolve(model), Objective.Of(model.Shape), tape);
        using var lower = Lower(whole, new Listener());
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30], [8, 2, 11]);
        var values = new ParameterSet(whole.Initial(7).Select(tensor => tensor with { Values = [.. tensor.Values.Select((value, i) => value + (0.1f * MathF.Sin(i + 1.3f)))] }));
        lower.Write(values);
        lower.Trainable.ZeroGradient();
        lower.AddGradient(rows, 0.5f);

        foreach (var gradient in lower.Trainable.ReadGradient())
        {
            if (gradient.Key.Layer > 0)
            {
                gradient.Values.ShouldAllBe(value => value == 0);
                continue;
            }

            for (var i = 0; i < gradient.Values.Length; i += Math.Max(1, gradient.Values.Length / 3))
            {
                ((Loss(gradient.Key, i, 1e-3f) - Loss(gradient.Key, i, -1e-3f)) / 2e-3).ShouldBe(2 * gradient.Values[i], 2e-4 + (2e-3 * Math.Abs(gradient.Values[i])), $"{gradient.Key.Name}[{i}]");
            }
        }

        double Loss(TensorKey key, int i, float step)
        {
            var moved = values.Copy();
            moved[key].Values[i] += step;
            lower.Write(moved);
            return lower.Loss(rows);
        }
    }

    [Fact]
    public void What_the_blocks_give_is_told_once_for_each_pass_that_learns()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var tape = new Tape(backend);
        using var whole = new Learner(model, Config.Resolve(model), Objective.Of(model.Shape), tape);
        var listener = new Listener();
        using var lower = Lower(whole, listener);
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30], [8, 2, 11]);
        lower.Write(whole.Initial(7));

        lower.Loss(rows);
        listener.Told.ShouldBeEmpty();
        lower.AddGradient(rows, 0.5f);

        var (given, scale) = listener.Told.ShouldHaveSingleItem();
        given.ShouldBe(lower.Infer(rows, pass => model.Blocks(pass, model.Embed(pass), 0, 1)));
        scale.ShouldBe(0.5f);
    }

    [Fact]
    public void Exits_are_written_and_read_with_their_places()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        using var folder = new TemporaryFolder();
        var adapters = new ExitsConfig([1]).Resolve(model);
        var values = new ParameterSet(adapters[0].Initial(model, 1).Select(tensor => tensor with { Values = [.. tensor.Values.Select((_, i) => i + 1f)] }));
        AdapterFolder.WriteAll(folder.Root, adapters, values, "base");

        var (read, stored) = AdapterFolder.ReadAll(folder.Root, model).ShouldHaveSingleItem();
        ((ExitsConfig)read.Config).Blocks.ShouldBe([1]);
        stored.Zip(values).ShouldAllBe(pair => pair.First.Key == pair.Second.Key && pair.First.Values.SequenceEqual(pair.Second.Values));
    }

    [Fact]
    public void An_exit_behind_the_last_block_is_refused()
    {
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        Should.Throw<InputException>(() => new ExitsConfig([model.Shape.Layers]).Resolve(model)).Message.ShouldContain($"behind block {model.Shape.Layers}");
        new ExitsConfig([]).Problems().ShouldHaveSingleItem();
        new ExitsConfig([0]).Problems().ShouldHaveSingleItem();
    }

    public void Dispose() => backend.Dispose();

    private static Learner Lower(Learner whole, Listener listener)
    {
        var lower = whole.Sibling(null);
        lower.Objective = CutLoss.At(whole.Adapters, whole.Objective, 1, listener);
        lower.Objective.ShouldBeOfType<ExitLoss>();
        return lower;
    }

    private sealed class Listener : IUpperBlocks
    {
        public List<(float[] Given, float Scale)> Told { get; } = [];

        public double Loss(TokenRows rows, ReadOnlyMemory<float> given) => throw new InvalidOperationException("nobody asks");

        public double AddGradient(TokenRows rows, ReadOnlyMemory<float> given, float scale, Memory<float> gradient) => throw new InvalidOperationException("nobody asks");

        public void Learn(TokenRows rows, ReadOnlyMemory<float> given, float scale) => Told.Add((given.ToArray(), scale));
    }
}
