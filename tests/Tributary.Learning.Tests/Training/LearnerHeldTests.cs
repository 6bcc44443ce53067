using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;

namespace Tributary.Learning.Tests.Training;

/// <summary>A learner that leaves the adapters of its lower blocks as they are.</summary>
public sealed class LearnerHeldTests : IDisposable
{
    private readonly CpuBackend backend = new(1);
    private readonly LanguageModel model;
    private readonly TokenRows rows;

    public LearnerHeldTests()
    {
        model = TinyModels.Build(TinyModels.Llama, backend);
        rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30, 2, 2, 17], [8, 2, 11]);
    }

    [Fact]
    public void Gradients_of_the_others_are_the_same_bits_and_less_is_kept_for_the_way_back()
    {
        var (whole, held) = (Gradient(_ => false), Gradient(key => key.Layer == 0));

        held.Loss.ShouldBe(whole.Loss);
        foreach (var tensor in held.Gradient)
        {
            tensor.Values.ShouldBe(tensor.Key.Layer == 0 ? new float[tensor.Values.Length] : whole.Gradient[tensor.Key].Values);
        }

        held.Bytes.ShouldBeLessThan((long)(0.8 * whole.Bytes));
    }

    [Fact]
    public void What_the_lower_blocks_give_is_not_kept_for_later_because_their_values_move()
    {
        using var store = new ActivationStore(model, "", ActivationLimits.Default with { DiskBytes = 0 });
        using var tape = new Tape(backend);
        using var learner = new Learner(model, new LoraConfig(Rank: 2).Resolve(model), Objective.Of(model.Shape), tape, store);
        learner.Trainable.Hold(key => key.Layer == 0);
        learner.Write(Values(1));
        var before = learner.AddGradient(rows);
        learner.Write(Values(2));

        learner.AddGradient(rows).ShouldNotBe(before);

        store.MemoryBytes.ShouldBe(0);
    }

    public void Dispose()
    {
        model.Dispose();
        backend.Dispose();
    }

    private (double Loss, ParameterSet Gradient, long Bytes) Gradient(Func<TensorKey, bool> holds)
    {
        using var tape = new Tape(backend);
        using var learner = new Learner(model, new LoraConfig(Rank: 2).Resolve(model), Objective.Of(model.Shape), tape);
        learner.Write(Values(1));
        learner.Trainable.Hold(holds);
        return (learner.AddGradient(rows), learner.Trainable.ReadGradient(), learner.PeakPassBytes);
    }

    private ParameterSet Values(int seed) =>
        new(new LoraConfig(Rank: 2).Resolve(model)[0].Initial(model, 3).Select(tensor => tensor with { Values = [.. tensor.Values.Select((_, i) => (float)Math.Sin(i + seed))] }));
}
