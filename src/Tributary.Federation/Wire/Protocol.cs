using Tributary.Federation.Rounds;

namespace Tributary.Federation.Wire;

/// <summary>Names that coordinator and agent agree on beside the documents they exchange.</summary>
public static class Protocol
{
    /// <summary>Version of this contract; both sides refuse another one.</summary>
    public const int Version = WorkOrder.CurrentProtocol;

    /// <summary>Header with the version, on every request and answer.</summary>
    public const string VersionHeader = "Tributary-Protocol";

    /// <summary>Header with the name that an agent gave itself when it was installed: a restarted one takes up its own lease, a second one does not.</summary>
    public const string AgentHeader = "Tributary-Agent";

    /// <summary>Header of an upload's last piece: the site's signature of <see cref="Signatures.OfUpdate"/>, base64.</summary>
    public const string SignatureHeader = "Tributary-Signature";

    /// <summary>Header of an upload: <c>sha-256=:base64:</c> of the whole body (RFC 9530).</summary>
    public const string DigestHeader = "Repr-Digest";

    /// <summary>Where people and agents find everything.</summary>
    public const string Root = "/v1";

    /// <summary>Media type of bodies.</summary>
    public const string BodyType = "application/vnd.safetensors";
}
