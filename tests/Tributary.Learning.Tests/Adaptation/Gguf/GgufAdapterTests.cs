using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Gguf;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Ia3;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tests.Gguf;
using Tributary.Learning.Tests.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Adaptation.Gguf;

public sealed class GgufAdapterTests : IDisposable
{
    private static readonly Dictionary<string, string> Gated = new()
    {
        ["q_proj"] = "attn_q", ["k_proj"] = "attn_k", ["v_proj"] = "attn_v", ["o_proj"] = "attn_output", ["gate_proj"] = "ffn_gate", ["up_proj"] = "ffn_up", ["down_proj"] = "ffn_down",
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>alpha / rank · B A of every tensor is what the site adds, whatever way its scale came about.</summary>
    [Theory]
    [InlineData(TinyModels.Llama, "llama", 4, 2)]
    [InlineData(TinyModels.Mistral, "llama", 4, 1)]
    [InlineData(TinyModels.Qwen2, "qwen2", 0, 0)]
    [InlineData(TinyModels.Gemma, "gemma", 0, 0)]
    public void Updates_of_every_layer_are_what_they_were(string config, string architecture, int heads, int keyValueHeads)
    {
        var lora = new LoraConfig(
            3, 5, Targets: ["all-linear"], RankStabilised: true, RankPattern: new Dictionary<string, int> { ["v_proj"] = 1 }, AlphaPattern: new Dictionary<string, double> { ["q_proj"] = 2.5 });
        using var adapted = Write(config, lora);
        var file = new GgufReader(folder.PathOf("adapter.gguf"));

        file.Metadata["general.architecture"].ShouldBe(architecture);
        file.Metadata["general.type"].ShouldBe("adapter");
        file.Metadata["adapter.type"].ShouldBe("lora");
        var sites = ((LoraAdapter)adapted.Adapters[0]).Sites;
        file.Tensors.Count.ShouldBe(2 * sites.Count);
        foreach (var site in sites)
        {
            var end = site.Module.Path[(site.Module.Path.LastIndexOf('.') + 1)..];
            var rotated = end == "q_proj" ? heads : end == "k_proj" ? keyValueHeads : 0;
            var expected = Interleaved(site.Factors(adapted.Moved).Product().Values, rotated, ((Linear)site.Module).Outputs);
            Update(file, $"blk.{site.Module.Layer}.{Gated[end]}.weight", site.Rank).ShouldBe(expected, 1e-5, site.Module.Path);
        }
    }

    [Fact]
    public void Gpt2_keeps_its_fused_projection()
    {
        using var adapted = Write(TinyModels.Gpt2, new LoraConfig(2, 6, Targets: ["c_attn", "mlp.c_proj"]));
        var file = new GgufReader(folder.PathOf("adapter.gguf"));

        file.Metadata["adapter.lora.alpha"].ShouldBe(6f);
        file.Tensors["blk.1.attn_qkv.weight.lora_a"].Dimensions.ShouldBe([16UL, 2UL]);
        file.Tensors["blk.1.attn_qkv.weight.lora_b"].Dimensions.ShouldBe([2UL, 48UL]);
        file.Tensors["blk.0.ffn_down.weight.lora_a"].Dimensions.ShouldBe([64UL, 2UL]);
        var site = ((LoraAdapter)adapted.Adapters[0]).Sites.Single(s => s.Module.Path == "transformer.h.0.mlp.c_proj");
        file.Tensors["blk.0.ffn_down.weight.lora_b"].Values.ShouldBe(adapted.Moved[site.B].Values);
    }

    [Fact]
    public void An_embedding_of_its_own_has_the_rank_last()
    {
        using var adapted = Write(TinyModels.Mistral, new LoraConfig(3, 3, Targets: ["embed_tokens", "lm_head"]));
        var file = new GgufReader(folder.PathOf("adapter.gguf"));

        file.Tensors.Keys.Order().ShouldBe(["output.weight.lora_a", "output.weight.lora_b", "token_embd.weight.lora_a", "token_embd.weight.lora_b"]);
        file.Tensors["token_embd.weight.lora_a"].Dimensions.ShouldBe([3UL, 37UL]);
        file.Tensors["token_embd.weight.lora_b"].Dimensions.ShouldBe([3UL, 16UL]);
        var a = adapted.Moved.Single(t => t.Key.Name.EndsWith("lora_embedding_A", StringComparison.Ordinal)).Values;
        file.Tensors["token_embd.weight.lora_a"].Values[(5 * 3) + 1].ShouldBe(a[37 + 5]);
    }

    [Fact]
    public void What_llama_cpp_cannot_load_is_refused_by_name()
    {
        Refusal(TinyModels.Llama, new LoraConfig(2, 4, Dora: true)).ShouldContain("is DoRA");
        Refusal(TinyModels.Llama, new LoraConfig(2, 4, Targets: ["embed_tokens"])).ShouldContain("model.embed_tokens shares its weight");
        Refusal(TinyModels.Llama, new LoraConfig(2, 4, Save: ["lm_head"])).ShouldContain("keeps lm_head whole");
        Refusal(TinyModels.Qwen2, new LoraConfig(2, 4, Bias: LoraBias.LoraOnly)).ShouldContain("trains biases");
        Refusal(TinyModels.Gpt2, new LoraConfig(2, 4, Targets: ["wpe"])).ShouldContain("cannot adapt transformer.wpe");
        Refusal(TinyModels.Llama, new Ia3Config()).ShouldContain("is not LoRA");
        Refusal(TinyModels.Llama, new HeadConfig()).ShouldContain("is not LoRA");
        Refusal(TinyModels.LlamaClassifier, new LoraConfig(2, 4)).ShouldContain("keeps score whole");
        Refusal(TinyModels.Bert, new LoraConfig(2, 4)).ShouldContain("predict the next token");
        Refusal(TinyModels.Opt, new LoraConfig(2, 4)).ShouldContain("lays out opt is not known");
    }

    private string Refusal(string config, AdapterConfig adaptation) => Should.Throw<InputException>(() => Write(config, adaptation)).Message;

    private AdaptedModel Write(string config, AdapterConfig adaptation)
    {
        var adapted = new AdaptedModel(new AdapterCase(config, adaptation));
        GgufAdapter.Write(folder.PathOf("adapter.gguf"), adapted.Model, adapted.Adapters[0], adapted.Moved);
        return adapted;
    }

    private static double[] Update(GgufReader file, string weight, int rank)
    {
        var (a, b) = (file.Tensors[weight + ".lora_a"], file.Tensors[weight + ".lora_b"]);
        a.Dimensions[1].ShouldBe((ulong)rank);
        b.Dimensions[0].ShouldBe((ulong)rank);
        var (inputs, outputs) = ((int)a.Dimensions[0], (int)b.Dimensions[1]);
        var scale = (float)file.Metadata["adapter.lora.alpha"] / rank;
        return [.. Enumerable.Range(0, outputs * inputs).Select(i => scale * Enumerable.Range(0, rank).Sum(r => (double)b.Values[(i / inputs * rank) + r] * a.Values[(r * inputs) + (i % inputs)]))];
    }

    // reshape(heads, 2, width / 2), swap the last two, reshape back; 0 heads leave the rows alone.
    private static double[] Interleaved(double[] rows, int heads, int outputs)
    {
        if (heads == 0)
        {
            return rows;
        }

        var (columns, width) = (rows.Length / outputs, outputs / heads);
        return [.. from head in Enumerable.Range(0, heads)
                   from pair in Enumerable.Range(0, width / 2)
                   from half in Enumerable.Range(0, 2)
                   from column in Enumerable.Range(0, columns)
                   select rows[(((head * width) + (half * (width / 2)) + pair) * columns) + column]];
    }
}
