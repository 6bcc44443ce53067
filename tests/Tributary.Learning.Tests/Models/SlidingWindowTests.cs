using Tributary.Learning.Autograd;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Which tokens a position can see through blocks with a window.</summary>
public class SlidingWindowTests
{
    private static readonly int[] Text = [3, 9, 27, 1, 5, 30, 8, 0, 12, 4];

    [Theory]
    [InlineData("\"sliding_window\":3", 5)] // two blocks of a window of three: two tokens back each
    [InlineData("\"sliding_window\":1", 1)]
    [InlineData("\"sliding_window\":100", 10)]
    [InlineData("\"sliding_window\":null", 10)]
    [InlineData("\"unused\":0", 10)]
    public void Mistral_sees_window_tokens_with_itself(string window, int visible) =>
        Visible(TinyModels.Mistral.Replace("\"sliding_window\":3", window, StringComparison.Ordinal)).ShouldBe(visible);

    [Theory]
    [InlineData("\"sliding_window\":4,\"max_window_layers\":0", 7)]
    [InlineData("\"sliding_window\":4,\"max_window_layers\":1", 10)]
    [InlineData("\"sliding_window\":4,\"max_window_layers\":28", 10)]
    [InlineData("\"sliding_window\":4,\"layer_types\":[\"sliding_attention\",\"sliding_attention\"]", 7)]
    [InlineData("\"sliding_window\":4,\"layer_types\":[\"full_attention\",\"sliding_attention\"]", 10)]
    [InlineData("\"sliding_window\":4,\"max_window_layers\":0,\"use_sliding_window\":false", 10)]
    public void Qwen2_has_windows_where_its_configuration_says(string window, int visible)
    {
        var plain = TinyModels.Qwen2.Replace("\"sliding_window\":4,\"max_window_layers\":1", window, StringComparison.Ordinal);
        Visible(window.Contains("use_sliding", StringComparison.Ordinal) ? plain.Replace("\"use_sliding_window\":true,", "", StringComparison.Ordinal) : plain).ShouldBe(visible);
    }

    /// <summary>How many of the last tokens change the last position's logits.</summary>
    private static int Visible(string config)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        var whole = Last(Text);
        return Enumerable.Range(0, Text.Length).Count(at =>
        {
            int[] changed = [.. Text];
            changed[at] = 36 - changed[at];
            return !Last(changed).SequenceEqual(whole);
        });

        float[] Last(int[] ids) => learner.Logits(TinyModels.Rows(ids))[^model.Shape.Vocabulary..];
    }
}
