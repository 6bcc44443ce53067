using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Federation.Wire;

/// <summary>What a site sends once to become known.</summary>
/// <param name="Token">The one-time token it was given.</param>
/// <param name="Request">Its certificate request (PKCS#10, PEM); the key stays with it.</param>
public sealed record EnrolmentRequest(string Token, string Request);

/// <summary>What makes a site known.</summary>
/// <param name="Site">Its name.</param>
/// <param name="Certificate">Its certificate, PEM.</param>
/// <param name="Authority">The authority's certificate, PEM.</param>
/// <param name="Expires">When the certificate ends.</param>
public sealed record Enrolled(string Site, string Certificate, string Authority, DateTimeOffset Expires);

/// <summary>What a run is, before anybody joins it.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Experiment">The experiment file; model and data are the site's own.</param>
/// <param name="ConfigHash">Hash of every setting that can change the result.</param>
/// <param name="BaseWeights">Hash of the base weights.</param>
/// <param name="Tokenizer">Hash of the tokenizer.</param>
public sealed record RunTerms(string Run, string Name, string Experiment, string ConfigHash, string BaseWeights, string Tokenizer);

/// <summary>A body to download.</summary>
/// <param name="Path">Where, from the server's root.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 in lower-case hex.</param>
public sealed record BodyReference(string Path, long Length, string Sha256);

/// <summary>Work for a site.</summary>
/// <param name="Order">The work order as JSON, as it was signed.</param>
/// <param name="Signature">The authority's signature of <see cref="Signatures.OfOrder"/>, base64.</param>
/// <param name="Body">What the order starts from.</param>
/// <param name="Lease">Name of the lease.</param>
/// <param name="LeaseSeconds">How long it holds unless it is renewed.</param>
public sealed record WorkOffer(string Order, string Signature, BodyReference Body, string Lease, int LeaseSeconds);

/// <summary>What became of an answer. The same for every repetition of it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Version">The version it started from.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="Accepted">Whether it counts; it is then in spool and journal.</param>
public sealed record Receipt(string Run, int Version, string Exchange, bool Accepted);

/// <summary>Why a request was refused (RFC 9457).</summary>
/// <param name="Title">In a line, for people.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">For programs, see <see cref="ProblemCodes"/>.</param>
/// <param name="Detail">What is wrong, and how to mend it.</param>
public sealed record Problem(string Title, int Status, string Code, string Detail);

/// <summary>Why requests are refused, for programs.</summary>
public static class ProblemCodes
{
    /// <summary>The other side speaks another version.</summary>
    public const string Protocol = "protocol";

    /// <summary>Nothing of that name, or nothing that the caller may see.</summary>
    public const string Unknown = "unknown";

    /// <summary>The certificate or token is missing, expired, revoked, or of another role.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>A document is malformed.</summary>
    public const string Malformed = "malformed";

    /// <summary>A body is longer than what was asked for can be.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Too many requests.</summary>
    public const string TooMany = "too_many";

    /// <summary>Nobody waits for that update: its round is over, or it was never asked for.</summary>
    public const string NotWanted = "not_wanted";

    /// <summary>The body does not have the digest that was announced, or pieces do not fit together.</summary>
    public const string Damaged = "damaged";

    /// <summary>The signature is missing or not the site's.</summary>
    public const string Signature = "signature";

    /// <summary>A tensor is unknown, has another shape or type, or is not finite.</summary>
    public const string Content = "content";

    /// <summary>The server cannot do it now; try again.</summary>
    public const string Unavailable = "unavailable";
}

/// <summary>How the documents are written: snake_case, unknown members refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(Enrolled))]
[JsonSerializable(typeof(RunTerms))]
[JsonSerializable(typeof(WorkOffer))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(Problem))]
public sealed partial class WireJson : JsonSerializerContext;
