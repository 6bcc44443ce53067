using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Adaptation;

public class LoraAdapterTests
{
    private static readonly int[] Text = [3, 9, 27, 1, 5, 30];

    public static TheoryData<string, string> ModelsAndTargets => new()
    {
        { TinyModels.Gpt2, "c_attn" },
        { TinyModels.Gpt2, "all-linear" },
        { TinyModels.Gpt2, "wte" },
        { TinyModels.Gpt2, "lm_head" },
        { TinyModels.Llama, "q_proj" },
        { TinyModels.Llama, "all-linear" },
        { TinyModels.Llama, "embed_tokens" },
    };

    [Theory]
    [MemberData(nameof(ModelsAndTargets))]
    public void A_fresh_adapter_leaves_the_output_unchanged(string config, string target) => With(config, target, (model, adapter, learner, plain) =>
    {
        learner.Trainable.Write(adapter.Initial(model, 7));
        learner.Logits(TinyModels.Rows(Text)).ShouldBe(plain.Logits(TinyModels.Rows(Text)));
    });

    [Theory]
    [MemberData(nameof(ModelsAndTargets))]
    public void Gradients_agree_with_differences_of_the_loss(string config, string target) => With(config, target, (model, adapter, learner, _) =>
    {
        var values = Random(adapter, model);
        learner.Trainable.Write(values);
        learner.Trainable.ZeroGradient();
        var rows = TinyModels.Rows(Text);
        learner.AddGradient(rows);
        foreach (var gradient in learner.Trainable.ReadGradient())
        {
            values.TryGet(gradient.Key, out var tensor);
            for (var i = 0; i < tensor!.Values.Length; i += Math.Max(1, tensor.Values.Length / 3))
            {
                var kept = tensor.Values[i];
                var (up, down) = (kept + 0.001f, kept - 0.001f);
                tensor.Values[i] = up;
                learner.Trainable.Write(values);
                var above = learner.Loss(rows);
                tensor.Values[i] = down;
                learner.Trainable.Write(values);
                var below = learner.Loss(rows);
                tensor.Values[i] = kept;
                ((above - below) / ((double)up - down)).ShouldBe(gradient.Values[i], 2e-4 + (1e-3 * Math.Abs(gradient.Values[i])), gradient.Key.Name);
            }
        }
    });

    [Theory]
    [MemberData(nameof(ModelsAndTargets))]
    public void A_saved_adapter_reads_back_bit_for_bit(string config, string target) => With(config, target, (model, adapter, _, _) =>
    {
        var folder = Directory.CreateTempSubdirectory("tributary-").FullName;
        var values = Random(adapter, model);
        PeftFolder.Write(folder, adapter, values, "base");
        var (read, stored) = PeftFolder.Read(folder, model);
        read.Sites.Select(s => (s.Module.Path, s.Rank, s.Scale)).ShouldBe(adapter.Sites.Select(s => (s.Module.Path, s.Rank, s.Scale)));
        stored.Select(t => t.Key).ShouldBe(values.Select(t => t.Key));
        stored.Zip(values).ShouldAllBe(p => p.First.Values.SequenceEqual(p.Second.Values));
        Directory.Delete(folder, true);
    });

    [Fact]
    public void A_target_that_matches_nothing_is_refused_with_the_names_there_are()
    {
        using var backend = new ReferenceBackend<float>();
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        var error = Should.Throw<InputException>(() => new LoraAdapter(new LoraConfig { TargetModules = ["c_attn"] }, model));
        error.Message.ShouldContain("q_proj");
    }

    private static ParameterSet Random(LoraAdapter adapter, Tributary.Learning.Models.LanguageModel model)
    {
        var values = adapter.Initial(model, 1);
        foreach (var tensor in values)
        {
            InitialValues.Normal(tensor, 2, 0.3);
        }

        return values;
    }

    private static void With(string config, string target, Action<Tributary.Learning.Models.LanguageModel, LoraAdapter, Learner, Learner> check)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        var adapter = new LoraAdapter(new LoraConfig { Rank = 3, Alpha = 5, TargetModules = [target] }, model);
        using var learner = new Learner(model, [adapter], new LanguageModelling(), tape);
        using var plain = new Learner(model, [], new LanguageModelling(), tape);
        check(model, adapter, learner, plain);
    }
}
