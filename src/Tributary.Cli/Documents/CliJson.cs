using System.Text.Json.Serialization;

namespace Tributary.Cli.Documents;

/// <summary>How the documents of <c>--json</c> are written: snake_case names in the order of declaration.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(Tributary.Learning.Generation.GeneratedText))]
[JsonSerializable(typeof(IReadOnlyList<MethodDocument>))]
[JsonSerializable(typeof(GenerateDocument))]
[JsonSerializable(typeof(TrainBenchDocument))]
[JsonSerializable(typeof(Tributary.Simulation.Benchmarks.FrozenLayersBenchmarkResult))]
[JsonSerializable(typeof(Tributary.Simulation.Benchmarks.PaddingBenchmarkResult))]
[JsonSerializable(typeof(Tributary.Simulation.Benchmarks.GenerateBenchmarkResult))]
[JsonSerializable(typeof(Tributary.Simulation.Benchmarks.ClientsBenchmarkResult))]
[JsonSerializable(typeof(Tributary.Simulation.Benchmarks.SimulateMeasurement))]
[JsonSerializable(typeof(Tributary.Simulation.Benchmarks.SimulateBenchmarkResult))]
[JsonSerializable(typeof(Tributary.Simulation.Benchmarks.AggregateBenchmarkResult))]
[JsonSerializable(typeof(Tributary.Simulation.Studies.Plan.RunForecast))]
[JsonSerializable(typeof(Tributary.Numerics.Benchmarks.GemmBenchmarkResult))]
[JsonSerializable(typeof(Tributary.Numerics.Benchmarks.AttentionBenchmarkResult))]
[JsonSerializable(typeof(Tributary.Numerics.Benchmarks.MemoryBenchmarkResult))]
internal sealed partial class CliJson : JsonSerializerContext;
