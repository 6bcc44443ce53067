using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;

namespace Tributary.Learning.Tests.Models;

/// <summary>What the first blocks of a model take, against what a pass through them alone brings to the device.</summary>
public sealed class BytesBelowTests : IDisposable
{
    private readonly CpuBackend backend = new(1);

    [Theory]
    [InlineData(TinyModels.Llama)]
    [InlineData(TinyModels.Gpt2)]
    [InlineData(TinyModels.GptNeox)]
    [InlineData(TinyModels.Gemma)]
    [InlineData(TinyModels.Opt)]
    public void The_first_blocks_take_what_a_pass_through_them_brings(string config)
    {
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, new LoraConfig(Rank: 2).Resolve(model), new LanguageModelling(), tape);
        using var lower = learner.Sibling(null);
        lower.Objective = new CutLoss(learner.Objective, 1, new Nobody());
        var rows = TinyModels.Rows(model, [3, 9, 27, 1, 5, 30]);

        lower.AddGradient(rows);
        var brought = model.DeviceBytes;
        model.BytesBelow(1).ShouldBe(brought);

        // The norm after the last block is what is counted too much: a gain and perhaps a bias.
        learner.AddGradient(rows);
        (model.BytesBelow(1) - brought).ShouldBeInRange(0, 2 * sizeof(float) * model.Shape.Width);
        model.BytesBelow(1).ShouldBeLessThan(model.BytesBelow(2));
        model.BytesBelow(2).ShouldBeLessThanOrEqualTo(model.DeviceBytes);
    }

    [Theory]
    [InlineData(TinyModels.Llama)]
    [InlineData(TinyModels.GptNeox)]
    [InlineData(TinyModels.Opt)]
    public void With_an_exit_they_take_the_last_norm_and_the_output_layer_too(string config)
    {
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        using var lower = new Learner(model, new ExitsConfig([1]).Resolve(model), new LanguageModelling(), tape);
        lower.Objective = CutLoss.At(lower.Adapters, lower.Objective, 1, new Nobody());

        lower.AddGradient(TinyModels.Rows(model, [3, 9, 27, 1, 5, 30]));

        model.BytesBelow(1, exits: true).ShouldBe(model.DeviceBytes);
    }

    public void Dispose() => backend.Dispose();

    private sealed class Nobody : IUpperBlocks
    {
        public double Loss(TokenRows rows, ReadOnlyMemory<float> given) => 0;

        public double AddGradient(TokenRows rows, ReadOnlyMemory<float> given, float scale, Memory<float> gradient)
        {
            gradient.Span.Fill(1);
            return 0;
        }

        public void Learn(TokenRows rows, ReadOnlyMemory<float> given, float scale) 
        {
            // It is told and says nothing.
        }
    }
}
