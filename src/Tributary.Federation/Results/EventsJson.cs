using System.Text.Json.Serialization;

namespace Tributary.Federation.Results;

/// <summary>How events are written as JSON: like results, on one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(RunStopped))]
[JsonSerializable(typeof(RoundResult))]
[JsonSerializable(typeof(CountedWarning))]
[JsonSerializable(typeof(FinalResult))]
internal sealed partial class EventsJson : JsonSerializerContext;
