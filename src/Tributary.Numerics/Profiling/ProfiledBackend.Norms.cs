namespace Tributary.Numerics.Profiling;

/// <content>Normalisations.</content>
public sealed partial class ProfiledBackend
{
    /// <inheritdoc/>
    public void Norm(NormKind kind, Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix y, Matrix stats)
    {
        using var span = profiler.Measure(StepPart.Norms);
        inner.Norm(kind, x, gain, bias, epsilon, y, stats);
    }

    /// <inheritdoc/>
    public void NormInputGradient(NormKind kind, Matrix x, Matrix gain, Matrix stats, Matrix dy, Matrix dx)
    {
        using var span = profiler.Measure(StepPart.Norms);
        inner.NormInputGradient(kind, x, gain, stats, dy, dx);
    }

    /// <inheritdoc/>
    public void NormGainGradient(NormKind kind, Matrix x, Matrix stats, Matrix dy, Matrix dgain)
    {
        using var span = profiler.Measure(StepPart.Norms);
        inner.NormGainGradient(kind, x, stats, dy, dgain);
    }

    /// <inheritdoc/>
    public void NormTangent(NormKind kind, Matrix x, Matrix gain, Matrix stats, Matrix tx, Matrix tgain, Matrix tbias, Matrix ty)
    {
        using var span = profiler.Measure(StepPart.Norms);
        inner.NormTangent(kind, x, gain, stats, tx, tgain, tbias, ty);
    }

    /// <inheritdoc/>
    public void ReciprocalRowNorms(Matrix x, Matrix y)
    {
        using var span = profiler.Measure(StepPart.Norms);
        inner.ReciprocalRowNorms(x, y);
    }
}
