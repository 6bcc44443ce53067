namespace Tributary.Numerics.Benchmarks;

/// <summary>Best and median of repeated measurements, work per second in billions: GFLOP/s or GB/s.</summary>
public sealed record Rate(double Best, double Median);
