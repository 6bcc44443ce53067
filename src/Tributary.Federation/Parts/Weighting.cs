using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>With which weight does an update count?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Examples), "examples")]
[JsonDerivedType(typeof(Uniform), "uniform")]
public abstract record Weighting
{
    private Weighting()
    {
    }

    /// <summary>By the number of training examples of the sender (McMahan et al. 2017).</summary>
    public sealed record Examples : Weighting;

    /// <summary>Every update alike.</summary>
    public sealed record Uniform : Weighting;
}
