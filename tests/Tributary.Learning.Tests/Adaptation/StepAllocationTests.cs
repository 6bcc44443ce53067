using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Ia3;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.None;
using Tributary.Learning.Autograd;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;

namespace Tributary.Learning.Tests.Adaptation;

public class StepAllocationTests
{
    public static TheoryData<string> Kinds => [.. Configs.Keys];

    private static Dictionary<string, AdapterConfig> Configs { get; } = new()
    {
        ["lora"] = new LoraConfig(2, 4, Dropout: 0.1, Targets: ["all-linear"]),
        ["dora"] = new LoraConfig(2, 4, Dropout: 0.1, Targets: ["all-linear"], Dora: true),
        ["ia3"] = new Ia3Config(),
        ["bitfit"] = new BitFitConfig(),
        ["full"] = new FullConfig(),
        ["none"] = new NoneConfig(),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_training_step_leaves_no_garbage(string kind) => BytesOfAStep(Configs[kind]).ShouldBe(0);

    private static long BytesOfAStep(AdapterConfig config)
    {
        using var backend = new CpuBackend(1);
        using var model = TinyModels.Build(TinyModels.Gpt2, backend);
        using var tape = new Tape(backend);
        var adapters = config.Resolve(model);
        using var learner = new Learner(model, adapters, new LanguageModelling(), tape);
        learner.Trainable.Write(new ParameterSet(adapters.SelectMany(a => a.Initial(model, 1))));
        var rows = TinyModels.Rows([3, 9, 27, 1, 5, 30], [8, 2, 11]);
        for (var step = 0; step < 3; step++)
        {
            learner.AddGradient(rows);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        learner.AddGradient(rows);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
