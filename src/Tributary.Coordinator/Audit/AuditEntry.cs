using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tributary.Coordinator.Audit;

/// <summary>One thing that somebody did.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Time">When, in UTC.</param>
/// <param name="Actor">Who: a person, a site, or the coordinator itself.</param>
/// <param name="Action">What, as verb: "site.revoke".</param>
/// <param name="Subject">To what.</param>
/// <param name="Details">What else is worth knowing; never a secret.</param>
public sealed record AuditEntry(long Sequence, DateTime Time, string Actor, string Action, string Subject, JsonObject Details);

/// <summary>How entries are written: all members, and no others.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
