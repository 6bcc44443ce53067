using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Activation names of Hugging Face configurations.</summary>
internal static class Activations
{
    public static ActivationKind Parse(string name, ConfigReader config, string field) => name switch
    {
        "relu" => ActivationKind.Relu,
        "gelu" => ActivationKind.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => ActivationKind.GeluTanh,
        "silu" or "swish" => ActivationKind.Silu,
        "tanh" => ActivationKind.Tanh,
        "quick_gelu" => ActivationKind.QuickGelu,
        _ => throw config.Wrong(field, "one of relu, gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, silu, swish, tanh, quick_gelu"),
    };
}
