using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>
/// Bottlenecks as the AdapterHub "adapters" library writes their settings, with the tensors under their names in the library's modules. Its own weights are a pickle, which
/// is not read: tensors come from adapter_model.safetensors.
/// </summary>
internal sealed class BottleneckFormat : IAdapterFormat
{
    public string Type => "BOTTLENECK";

    public bool Reads(ConfigFields fields) => fields.Below("config") is { } below && below.Has("reduction_factor");

    public bool Writes(AdapterConfig config) => config is BottleneckConfig;

    public AdapterConfig Read(ConfigFields fields)
    {
        foreach (var name in (string[])["model_class", "model_name", "model_type", "name", "version"])
        {
            _ = fields.Text(name);
        }

        _ = fields.Integer("hidden_size", 0);
        var options = fields.Below("config") ?? throw fields.Wrong("config", "an object");
        RefuseOthers(options);
        return new BottleneckConfig(
            options.Number("reduction_factor", 16),
            options.Has("bottleneck_size") ? options.Integer("bottleneck_size", 0) : null,
            Activation(options, "non_linearity"),
            options.Flag("mh_adapter"),
            options.Flag("output_adapter", true),
            options.Flag("original_ln_before"),
            options.Flag("is_parallel"),
            options.Number("scaling", 1),
            options.Integer("units", 1),
            options.Integers("leave_out") is { Count: > 0 } left ? left : null);
    }

    public (IAdapter Adapter, ParameterSet Values) Load(AdapterConfig config, LanguageModel model, string name, SafetensorsFile file)
    {
        var stored = new StoredTensors(file);
        var head = stored.Names.Any(n => ModulesToSave.IsClassifier(n)) && config.TaskType is null ? config with { TaskType = "SEQ_CLS" } : config;
        var adapter = new BottleneckAdapter((BottleneckConfig)head, model, name, NameIn(stored) ?? name);
        return (adapter, stored.Read(adapter.Tensors));
    }

    public string Text(IAdapter adapter, string baseModel)
    {
        var (bottleneck, config) = ((BottleneckAdapter)adapter, ((BottleneckAdapter)adapter).Config);
        return PeftFields.Text(new JsonObject
        {
            ["config"] = PeftFields.Sorted(Options(config, bottleneck.LeftOut)),
            ["hidden_size"] = bottleneck.Model.Shape.Width,
            ["model_class"] = bottleneck.Model.Architecture,
            ["model_name"] = baseModel,
            ["model_type"] = bottleneck.Model.Shape.Family,
            ["name"] = bottleneck.StoredName,
            ["version"] = "0.2.2",
        });
    }

    private static JsonObject Options(BottleneckConfig config, IReadOnlyList<int> leftOut)
    {
        var options = new JsonObject
        {
            ["adapter_residual_before_ln"] = false,
            ["cross_adapter"] = false,
            ["dropout"] = PeftFields.Float(0),
            ["factorized_phm_W"] = true,
            ["factorized_phm_rule"] = false,
            ["hypercomplex_nonlinearity"] = "glorot-uniform",
            ["init_weights"] = config.IsParallel ? "mam_adapter" : "bert",
            ["inv_adapter"] = null,
            ["inv_adapter_reduction_factor"] = null,
            ["is_parallel"] = config.IsParallel,
            ["learn_phm"] = true,
            ["leave_out"] = new JsonArray([.. leftOut.Select(l => (JsonNode)l)]),
            ["ln_after"] = false,
            ["ln_before"] = false,
            ["mh_adapter"] = config.AfterAttention,
            ["non_linearity"] = config.Activation.ToString().ToLowerInvariant(),
            ["original_ln_after"] = true,
            ["original_ln_before"] = config.SeesSum,
            ["output_adapter"] = config.AfterFeedForward,
            ["phm_bias"] = true,
            ["phm_c_init"] = "normal",
            ["phm_dim"] = 4,
            ["phm_init_range"] = PeftFields.Float(0.0001),
            ["phm_layer"] = false,
            ["phm_rank"] = 1,
            ["reduction_factor"] = PeftFields.Number(config.ReductionFactor),
            ["residual_before_ln"] = true,
            ["scaling"] = PeftFields.Float(config.Scaling),
            ["shared_W_phm"] = false,
            ["shared_phm_rule"] = true,
            ["use_gating"] = false,
        };
        if (config.Size is { } size)
        {
            options["bottleneck_size"] = size;
        }

        if (config.Units > 1)
        {
            options["units"] = config.Units;
        }

        return options;
    }

    // Options of the library that change the numbers and are not built.
    private static void RefuseOthers(ConfigFields options)
    {
        foreach (var name in (string[])["adapter_residual_before_ln", "cross_adapter", "ln_before", "ln_after", "phm_layer", "use_gating"])
        {
            options.Refuse(options.Flag(name), name, "leave it off");
        }

        foreach (var name in (string[])["original_ln_after", "residual_before_ln"])
        {
            options.Refuse(!options.Flag(name, true), $"{name} false", "leave it on");
        }

        options.Refuse(options.Has("inv_adapter"), "inv_adapter", "none");
        options.Refuse(options.Number("dropout", 0) != 0, "dropout", "0");
    }

    internal static BottleneckActivation Activation(ConfigFields options, string field) => options.Text(field) switch
    {
        null or "relu" => BottleneckActivation.Relu,
        "swish" or "silu" => BottleneckActivation.Swish,
        "gelu" => BottleneckActivation.Gelu,
        "tanh" => BottleneckActivation.Tanh,
        var other => throw options.Wrong(field, $"relu, swish, gelu or tanh, not {other}"),
    };

    // The name between "adapters." and ".adapter_down" or, of stacked units, without the unit's number.
    internal static string? NameIn(StoredTensors stored)
    {
        const string before = ".adapters.", behind = ".adapter_down.";
        var name = stored.Names.FirstOrDefault(n => n.Contains(before, StringComparison.Ordinal) && n.Contains(behind, StringComparison.Ordinal));
        if (name is null)
        {
            return null;
        }

        var start = name.IndexOf(before, StringComparison.Ordinal) + before.Length;
        var found = name[start..name.IndexOf(behind, start, StringComparison.Ordinal)];
        var unit = found.LastIndexOf('_');
        return unit > 0 && found[(unit + 1)..].All(char.IsAsciiDigit) ? found[..unit] : found;
    }
}
