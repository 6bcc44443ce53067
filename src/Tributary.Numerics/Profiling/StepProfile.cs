namespace Tributary.Numerics.Profiling;

/// <summary>Where the time of a mean step goes. Parts are work: thread time divided by the number of threads; what is left of the step is threads that wait.</summary>
/// <param name="StepMilliseconds">The step, on the clock.</param>
/// <param name="PartMilliseconds">Work of each <see cref="StepPart"/>.</param>
/// <param name="Products">Matrix products by shape on the clock, their waiting threads included; what takes longest comes first.</param>
public sealed record StepProfile(double StepMilliseconds, IReadOnlyList<double> PartMilliseconds, IReadOnlyList<ProductTime> Products)
{
    /// <summary>Work of one part.</summary>
    public double this[StepPart part] => PartMilliseconds[(int)part];

    /// <summary>Threads that wait, or that are being woken.</summary>
    public double IdleMilliseconds => Math.Max(0, StepMilliseconds - PartMilliseconds.Sum());

    /// <summary>Matrix products on the clock.</summary>
    public double GemmMilliseconds => Products.Sum(p => p.Milliseconds);

    /// <summary>Floating-point operations in matrix products.</summary>
    public double GemmFlops => Products.Sum(p => p.Calls * p.Shape.Flops);

    /// <summary>Rate of the matrix products on the clock, in billions of operations a second.</summary>
    public double GemmGflops => GemmMilliseconds > 0 ? GemmFlops / GemmMilliseconds / 1e6 : 0;
}
