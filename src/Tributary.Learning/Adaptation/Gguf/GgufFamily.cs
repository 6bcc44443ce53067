using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Gguf;

/// <summary>What llama.cpp calls a model family and its layers.</summary>
/// <param name="Architecture">general.architecture.</param>
/// <param name="Embedding">The path of the token embedding.</param>
/// <param name="Layers">Names of a block's layers by the ends of their paths.</param>
/// <param name="InterleavesRotary">Whether queries and keys are stored for rotary positions over neighbouring pairs, not over halves.</param>
internal sealed record GgufFamily(string Architecture, string Embedding, IReadOnlyDictionary<string, string> Layers, bool InterleavesRotary = false)
{
    private static readonly Dictionary<string, string> Gated = new(StringComparer.Ordinal)
    {
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.o_proj"] = "attn_output",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    private static readonly Dictionary<string, string> Gpt2 = new(StringComparer.Ordinal)
    {
        ["attn.c_attn"] = "attn_qkv",
        ["attn.c_proj"] = "attn_output",
        ["mlp.c_fc"] = "ffn_up",
        ["mlp.c_proj"] = "ffn_down",
    };

    private static readonly Dictionary<string, GgufFamily> All = new(StringComparer.Ordinal)
    {
        ["llama"] = new("llama", "model.embed_tokens", Gated, InterleavesRotary: true),
        ["mistral"] = new("llama", "model.embed_tokens", Gated, InterleavesRotary: true),
        ["qwen2"] = new("qwen2", "model.embed_tokens", Gated),
        ["gemma"] = new("gemma", "model.embed_tokens", Gated),
        ["gpt2"] = new("gpt2", "transformer.wte", Gpt2),
    };

    /// <summary>The family of a model.</summary>
    /// <exception cref="InputException">llama.cpp's names of it are not known here, or the model is no causal language model.</exception>
    public static GgufFamily Of(LanguageModel model)
    {
        if (model.Shape.Task != HeadTask.CausalLanguageModelling)
        {
            throw new InputException("llama.cpp adapts models that predict the next token, not classifiers or encoders; use --to peft or --to merged");
        }

        return All.TryGetValue(model.Shape.Family, out var family)
            ? family
            : throw new InputException($"how llama.cpp lays out {model.Shape.Family} is not known here (known: {string.Join(", ", All.Keys)}); use --to peft or --to merged");
    }

    /// <summary>The name of a module's weight.</summary>
    /// <exception cref="InputException">llama.cpp cannot adapt the module.</exception>
    public string WeightOf(IWeightedModule module, LanguageModel model)
    {
        if (module.Layer >= 0 && Layers.FirstOrDefault(l => module.Path.EndsWith("." + l.Key, StringComparison.Ordinal)).Value is { } layer)
        {
            return $"blk.{module.Layer}.{layer}.weight";
        }

        var name = module == model.Head ? "output.weight" : module.Path == Embedding ? "token_embd.weight" : null;
        return name is null ? throw new InputException($"llama.cpp cannot adapt {module.Path}; use --to peft or --to merged")
            : IsTied(module, model) ? throw new InputException(
                $"{module.Path} shares its weight, which llama.cpp keeps once for embedding and output layer, so an adapter for one of them alone cannot be loaded; use --to merged")
            : name;
    }

    private static bool IsTied(IWeightedModule module, LanguageModel model) => model.Modules.OfType<IWeightedModule>().Count(m => m.Weight == module.Weight) > 1;
}
