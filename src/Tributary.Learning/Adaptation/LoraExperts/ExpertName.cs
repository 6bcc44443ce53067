using System.Globalization;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.LoraExperts;

/// <summary>Which expert of which adapted layer a tensor belongs to, told by its name.</summary>
/// <param name="Router">Key of the layer's router.</param>
/// <param name="Expert">The expert's number, from 0.</param>
public readonly record struct ExpertName(TensorKey Router, int Expert)
{
    /// <summary>Role of routers.</summary>
    public const string RouterRole = "router";

    internal const string RouterEnd = ".router.weight";
    internal const string ExpertsPart = ".experts.";

    /// <summary>Reads a tensor's name; null where the tensor is no expert's, but shared by all.</summary>
    public static ExpertName? Of(TensorKey key)
    {
        var start = key.Name.LastIndexOf(ExpertsPart, StringComparison.Ordinal);
        var number = start < 0 ? "" : key.Name[(start + ExpertsPart.Length)..];
        return key.Role is "lora_A" or "lora_B" && number.EndsWith($".{key.Role}.weight", StringComparison.Ordinal)
            && int.TryParse(number[..^$".{key.Role}.weight".Length], NumberStyles.None, CultureInfo.InvariantCulture, out var expert)
            ? new ExpertName(key with { Role = RouterRole, Name = key.Name[..start] + RouterEnd }, expert)
            : null;
    }
}
