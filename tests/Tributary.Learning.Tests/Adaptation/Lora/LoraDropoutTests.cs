using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tests.Models;

namespace Tributary.Learning.Tests.Adaptation.Lora;

public class LoraDropoutTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_hold_under_a_fixed_mask(bool dora)
    {
        using var adapted = new AdaptedModel(new AdapterCase(TinyModels.Gpt2, new LoraConfig(2, 5, Dropout: 0.4, Targets: ["c_attn", "c_proj"], Dora: dora)));
        var (learner, values) = (adapted.Learner, adapted.Moved.Copy());
        learner.DropoutKey = 17;
        learner.Trainable.Write(values);
        learner.Trainable.ZeroGradient();
        learner.AddGradient(adapted.Rows);
        var gradients = learner.Trainable.ReadGradient();
        foreach (var gradient in gradients)
        {
            var tensor = values[gradient.Key];
            var (i, kept) = (tensor.Values.Length / 2, tensor.Values[tensor.Values.Length / 2]);
            var (down, up) = (kept - 0.001f, kept + 0.001f);
            var slope = (Loss(up) - Loss(down)) / ((double)up - down);
            Loss(kept);
            slope -= DoraLengths.LeftOut(adapted.Adapters[0], values, gradients, tensor, i, down, up);
            slope.ShouldBe(gradient.Values[i], 2e-4 + (1e-3 * Math.Abs(gradient.Values[i])), gradient.Key.Name);

            double Loss(float value)
            {
                tensor.Values[i] = value;
                learner.Trainable.Write(values);
                return learner.AddGradient(adapted.Rows);
            }
        }

        learner.AddGradient(adapted.Rows).ShouldNotBe(learner.Loss(adapted.Rows), "evaluation drops nothing");
    }
}
