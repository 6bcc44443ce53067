using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>
/// How virtual tokens lie in a folder: adapter_model.safetensors holds the rows themselves, as PEFT writes and reads them. What an encoder makes them of, which PEFT leaves
/// out, lies beside it, so that training can go on.
/// </summary>
internal static class VirtualTokenFiles
{
    /// <summary>The encoder's file.</summary>
    public const string EncoderFile = "prompt_encoder.safetensors";

    /// <summary>The tensors by file.</summary>
    public static IEnumerable<(string File, ParameterSet Tensors)> Of(VirtualTokenAdapter adapter, ParameterSet values)
    {
        var layout = adapter.Layout.Tensors.Select(t => t.Key).ToHashSet();
        if (adapter.Layout is RowTableLayout)
        {
            return [(AdapterFolder.TensorFile, values)];
        }

        var rows = adapter.Layout.Rows(values);
        var table = new HostTensor(layout.First() with { Name = "prompt_embeddings" }, [adapter.Count, rows.Length / adapter.Count], rows);
        return [(AdapterFolder.TensorFile, new ParameterSet([table, .. values.Where(k => !layout.Contains(k))])), (EncoderFile, values.Where(layout.Contains))];
    }

    /// <summary>Reads an adapter whose rows an encoder makes; <paramref name="asTable"/> is the same with the rows alone, for folders without the encoder.</summary>
    public static (IAdapter Adapter, ParameterSet Values) Load(VirtualTokenAdapter adapter, Func<VirtualTokenAdapter> asTable, SafetensorsFile file)
    {
        var path = Path.Combine(Path.GetDirectoryName(file.Path)!, EncoderFile);
        if (!File.Exists(path))
        {
            var table = asTable();
            return (table, new StoredTensors(file).Read(table.Tensors));
        }

        using var encoder = SafetensorsFile.Open(path);
        var stored = new StoredTensors(file);
        stored.Ignore("prompt_embeddings");
        var saved = stored.Read(adapter.Saved.SelectMany(m => m.Tensors));
        return (adapter, new ParameterSet(new StoredTensors(encoder).Read(adapter.Layout.Tensors).Concat(saved)));
    }

    /// <summary>The fields that all kinds of virtual tokens have. With <paramref name="forKeys"/> heads and width are those of keys and values.</summary>
    public static JsonObject Fields(VirtualTokenAdapter adapter, bool forKeys)
    {
        var attention = adapter.Model.Modules.OfType<SelfAttention>().First().Shape;
        return new JsonObject
        {
            ["num_attention_heads"] = forKeys ? attention.KeyValueHeads : attention.Heads,
            ["num_layers"] = adapter.Model.Shape.Layers,
            ["num_transformer_submodules"] = 1,
            ["num_virtual_tokens"] = adapter.Count,
            ["token_dim"] = forKeys ? adapter.Model.Shape.KeyValueWidth : adapter.Model.TokenEmbedding.Width,
        };
    }

    /// <summary>Notes the fields that the model decides, so that they are not taken for unknown ones.</summary>
    public static int Count(ConfigFields fields)
    {
        foreach (var name in (string[])["num_attention_heads", "num_layers", "num_transformer_submodules", "token_dim"])
        {
            _ = fields.Integer(name, 0);
        }

        return fields.Integer("num_virtual_tokens", 20);
    }
}
