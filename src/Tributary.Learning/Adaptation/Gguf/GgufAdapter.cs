using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Gguf;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Gguf;

/// <summary>
/// A LoRA adapter as a GGUF file that llama.cpp loads with --lora: lora_a [rank, inputs] and lora_b [outputs, rank] of each weight, whose update there is
/// adapter.lora.alpha / rank · B A.
/// </summary>
public static class GgufAdapter
{
    /// <summary>Writes the file.</summary>
    /// <exception cref="InputException">llama.cpp has no place for the kind of adapter, the model's family, or one of the adapted modules.</exception>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static void Write(string path, LanguageModel model, IAdapter adapter, ParameterSet values)
    {
        var lora = Supported(adapter);
        var family = GgufFamily.Of(model);
        var alpha = lora.Sites[0].Scale * lora.Sites[0].Rank;
        var writer = new GgufWriter()
            .Add("general.architecture", family.Architecture)
            .Add("general.type", "adapter")
            .Add("general.alignment", 32u)
            .Add("general.file_type", 0u)
            .Add("adapter.type", "lora")
            .Add("adapter.lora.alpha", alpha);
        foreach (var site in lora.Sites)
        {
            var name = family.WeightOf(site.Module, model);
            var (a, b) = (values[site.A], values[site.B]);

            // One alpha stands for all: what a site's scale has beyond it goes into B.
            var factor = site.Scale * site.Rank / alpha;
            var scaled = factor == 1 ? b.Values : Array.ConvertAll(b.Values, v => v * factor);

            // Rows of the embedding are looked up, so there the rank comes last in both.
            writer.Add(name + ".lora_a", site.Module is Embedding ? [a.Shape[1], a.Shape[0]] : a.Shape, site.Module is Embedding ? Transposed(a) : a.Values);
            writer.Add(name + ".lora_b", b.Shape, HeadsOf(site.Module, model) is { } heads && family.InterleavesRotary ? Interleaved(scaled, heads, site.Rank) : scaled);
        }

        writer.Save(path);
    }

    private static LoraAdapter Supported(IAdapter adapter) => adapter switch
    {
        LoraAdapter { Config.Dora: true } => throw Refused(adapter, "is DoRA, and llama.cpp adds low-rank updates without magnitudes"),
        LoraAdapter { Biases.Count: > 0 } => throw Refused(adapter, "trains biases, and llama.cpp adapts weights alone"),
        LoraAdapter { SavedModules: [var saved, ..] } => throw Refused(adapter, $"keeps {saved.Module.Path} whole, and llama.cpp only adds low-rank updates"),
        LoraAdapter lora => lora,
        _ => throw Refused(adapter, "is not LoRA, the only kind that llama.cpp loads"),
    };

    private static InputException Refused(IAdapter adapter, string why) => new($"adapter {adapter.Name} {why}; use --to merged, or --to peft");

    private static int? HeadsOf(IWeightedModule module, LanguageModel model)
    {
        var attention = model.Modules.OfType<SelfAttention>().FirstOrDefault(a => a.Layer == module.Layer);
        return module.Path.EndsWith(".q_proj", StringComparison.Ordinal) ? attention?.Shape.Heads
            : module.Path.EndsWith(".k_proj", StringComparison.Ordinal) ? attention?.Shape.KeyValueHeads
            : null;
    }

    // Rows j and j + width / 2 of a head, which rotate together, become neighbours.
    private static float[] Interleaved(float[] rows, int heads, int columns)
    {
        var width = rows.Length / columns / heads;
        var result = new float[rows.Length];
        for (var row = 0; row < rows.Length / columns; row++)
        {
            var (head, at) = (row / width, row % width);
            var target = (head * width) + (at < width / 2 ? 2 * at : (2 * (at - (width / 2))) + 1);
            rows.AsSpan(row * columns, columns).CopyTo(result.AsSpan(target * columns));
        }

        return result;
    }

    private static float[] Transposed(HostTensor matrix)
    {
        var (rows, columns) = (matrix.Shape[0], matrix.Shape[1]);
        var result = new float[matrix.Values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[((i % columns) * rows) + (i / columns)] = matrix.Values[i];
        }

        return result;
    }
}
