using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What does a client use in the end?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Global), "global")]
[JsonDerivedType(typeof(GlobalAndPrivate), "global_and_private")]
[JsonDerivedType(typeof(ReceivedAndPrivate), "received_and_private")]
public abstract record Serving
{
    private Serving()
    {
    }

    /// <summary>The global model.</summary>
    /// <param name="Density">Share of its trained entries that is used, above 0 … 1: those of largest magnitude, the others are zero.</param>
    public sealed record Global(double Density = 1) : Serving;

    /// <summary>The global model with the client's own private tensors put in.</summary>
    public sealed record GlobalAndPrivate : Serving;

    /// <summary>What the server would send this client next, which may be made for it alone, with the client's own private tensors put in.</summary>
    public sealed record ReceivedAndPrivate : Serving;
}
