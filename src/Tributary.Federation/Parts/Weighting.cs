using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>With which weight does an update count?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Examples), "examples")]
[JsonDerivedType(typeof(Uniform), "uniform")]
[JsonDerivedType(typeof(ProductNorm), "product_norm")]
public abstract record Weighting
{
    private Weighting()
    {
    }

    /// <summary>By the number of training examples of the sender (McMahan et al. 2017).</summary>
    public sealed record Examples : Weighting;

    /// <summary>Every update alike.</summary>
    public sealed record Uniform : Weighting;

    /// <summary>By ‖BA‖ of the sender's LoRA factors over all modules (HETLoRA, Cho et al. 2024); every update alike when all are zero.</summary>
    public sealed record ProductNorm : Weighting;
}
