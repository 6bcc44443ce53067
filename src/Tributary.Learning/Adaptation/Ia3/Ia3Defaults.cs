using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Ia3;

/// <summary>Which layers (IA)³ is put at when none are named, by model family: PEFT's tables.</summary>
internal static class Ia3Defaults
{
    private static readonly string[] QueryValueDown = ["q_proj", "v_proj", "down_proj"];
    private static readonly string[] KeyValueDown = ["k_proj", "v_proj", "down_proj"];
    private static readonly string[] KeyValueOutput = ["key", "value", "output.dense"];

    private static readonly Dictionary<string, (string[] Targets, string[] FeedForward)> Families = new(StringComparer.Ordinal)
    {
        ["gpt2"] = (["c_attn", "mlp.c_proj"], ["mlp.c_proj"]),
        ["llama"] = (KeyValueDown, ["down_proj"]),
        ["mistral"] = (KeyValueDown, ["down_proj"]),
        ["qwen2"] = (QueryValueDown, ["down_proj"]),
        ["gemma"] = (QueryValueDown, ["down_proj"]),
        ["gpt_neox"] = (["query_key_value", "dense_4h_to_h"], ["dense_4h_to_h"]),
        ["opt"] = (["q_proj", "k_proj", "fc2"], ["fc2"]),
        ["t5"] = (["k", "v", "wo"], ["wo"]),
        ["bert"] = (KeyValueOutput, ["output.dense"]),
        ["roberta"] = (KeyValueOutput, ["output.dense"]),
    };

    /// <summary>The layers of a family.</summary>
    /// <exception cref="InputException">There is no such table for the family.</exception>
    public static (IReadOnlyList<string> Targets, IReadOnlyList<string> FeedForward) Of(string family) => Families.TryGetValue(family, out var found)
        ? found
        : throw new InputException($"(IA)³ has no usual layers for {family}; name them with targets and feed_forward");
}
