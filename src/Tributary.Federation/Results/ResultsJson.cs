using System.Text.Json.Serialization;

namespace Tributary.Federation.Results;

/// <summary>How results are written as JSON: snake_case names in the order of declaration.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(QuickstartResult))]
[JsonSerializable(typeof(ComparisonResult))]
[JsonSerializable(typeof(BaselineResult))]
public sealed partial class ResultsJson : JsonSerializerContext;
