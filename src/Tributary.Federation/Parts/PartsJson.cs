using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Federation.Deployment;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Rounds;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Parts;

/// <summary>How methods and their parts are written as JSON: snake_case names, the case of a part under "kind", unknown names refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(Method))]
[JsonSerializable(typeof(WorkOrder))]
[JsonSerializable(typeof(StoredPlan))]
[JsonSerializable(typeof(ServerStep.Adagrad), TypeInfoPropertyName = "ServerStepAdagrad")]
[JsonSerializable(typeof(ServerStep.Adam), TypeInfoPropertyName = "ServerStepAdam")]
[JsonSerializable(typeof(ServerStep.Yogi), TypeInfoPropertyName = "ServerStepYogi")]
[JsonSerializable(typeof(ServerStep.AdamW), TypeInfoPropertyName = "ServerStepAdamW")]
[JsonSerializable(typeof(OptimizerSpec.Adagrad), TypeInfoPropertyName = "OptimizerAdagrad")]
[JsonSerializable(typeof(OptimizerSpec.AdamW), TypeInfoPropertyName = "OptimizerAdamW")]
[JsonSerializable(typeof(OptimizerSpec.Adam), TypeInfoPropertyName = "OptimizerAdam")]
[JsonSerializable(typeof(OptimizerSpec.Yogi), TypeInfoPropertyName = "OptimizerYogi")]
[JsonSerializable(typeof(Capacity.Uniform), TypeInfoPropertyName = "CapacityUniform")]
[JsonSerializable(typeof(Cohort.Uniform), TypeInfoPropertyName = "CohortUniform")]
[JsonSerializable(typeof(Weighting.Uniform), TypeInfoPropertyName = "WeightingUniform")]
[JsonSerializable(typeof(LearningRateSchedule.Constant), TypeInfoPropertyName = "LearningRateConstant")]
[JsonSerializable(typeof(Directions.Fresh), TypeInfoPropertyName = "DirectionsFresh")]
[JsonSerializable(typeof(Combine.Factors), TypeInfoPropertyName = "CombineFactors")]
[JsonSerializable(typeof(Durations))]
[JsonSerializable(typeof(Durations.Constant), TypeInfoPropertyName = "DurationsConstant")]
[JsonSerializable(typeof(StalenessDecay.Constant), TypeInfoPropertyName = "StalenessConstant")]
[JsonSerializable(typeof(StalenessDecay.Polynomial), TypeInfoPropertyName = "StalenessPolynomial")]
public sealed partial class PartsJson : JsonSerializerContext;
