namespace Tributary.Numerics.Profiling;

/// <summary>Where the time of a mean step goes. Parts are work: thread time divided by the number of threads; what is left of the step is threads that wait.</summary>
/// <param name="StepMilliseconds">The step, on the clock.</param>
/// <param name="PartMilliseconds">Work of each <see cref="StepPart"/>.</param>
/// <param name="GemmMilliseconds">Matrix products on the clock, their waiting threads included.</param>
/// <param name="GemmFlops">Floating-point operations in matrix products.</param>
public sealed record StepProfile(double StepMilliseconds, IReadOnlyList<double> PartMilliseconds, double GemmMilliseconds, double GemmFlops)
{
    /// <summary>Work of one part.</summary>
    public double this[StepPart part] => PartMilliseconds[(int)part];

    /// <summary>Threads that wait, or that are being woken.</summary>
    public double IdleMilliseconds => Math.Max(0, StepMilliseconds - PartMilliseconds.Sum());

    /// <summary>Rate of the matrix products on the clock, in billions of operations a second.</summary>
    public double GemmGflops => GemmMilliseconds > 0 ? GemmFlops / GemmMilliseconds / 1e6 : 0;
}
