using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What does a client receive?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Broadcast), "broadcast")]
[JsonDerivedType(typeof(Slice), "slice")]
[JsonDerivedType(typeof(Generated), "generated")]
[JsonDerivedType(typeof(Mixture), "mixture")]
[JsonDerivedType(typeof(ClusterMixture), "cluster_mixture")]
public abstract record Dispatch
{
    private Dispatch()
    {
    }

    /// <summary>Every client the same: all shared tensors, and the server's control variates when it keeps some.</summary>
    public sealed record Broadcast : Dispatch;

    /// <summary>Of every tensor the part that the client's capacity holds: the first ranks, so that smaller slices lie in larger ones.</summary>
    public sealed record Slice : Dispatch;

    /// <summary>The shared tensors, with those that the server's generator makes for this client in the place of the common ones.</summary>
    public sealed record Generated : Dispatch;

    /// <summary>The shared tensors, and a mixture of what owners reported, weighed for this receiver.</summary>
    public sealed record Mixture : Dispatch;

    /// <summary>
    /// The shared tensors and the updates of the base, of all clusters mixed by how far this receiver belongs to each; of every module's mixture the best factors of the receiver's
    /// rank (FedHFT, Ilhan et al. 2025).
    /// </summary>
    public sealed record ClusterMixture : Dispatch;
}
