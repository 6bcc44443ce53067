using System.Text.Json.Serialization;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>The activation between a bottleneck's projections, under AdapterHub's names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BottleneckActivation>))]
public enum BottleneckActivation
{
    /// <summary>max(x, 0).</summary>
    [JsonStringEnumMemberName("relu")]
    Relu,

    /// <summary>x · sigmoid(x).</summary>
    [JsonStringEnumMemberName("swish")]
    Swish,

    /// <summary>x · Φ(x).</summary>
    [JsonStringEnumMemberName("gelu")]
    Gelu,

    /// <summary>tanh(x).</summary>
    [JsonStringEnumMemberName("tanh")]
    Tanh,
}

internal static class BottleneckActivations
{
    /// <summary>The engine's name.</summary>
    public static ActivationKind Kind(this BottleneckActivation activation) => activation switch
    {
        BottleneckActivation.Swish => ActivationKind.Silu,
        BottleneckActivation.Gelu => ActivationKind.Gelu,
        BottleneckActivation.Tanh => ActivationKind.Tanh,
        _ => ActivationKind.Relu,
    };
}
