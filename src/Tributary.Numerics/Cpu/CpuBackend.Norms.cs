using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Norms;

namespace Tributary.Numerics.Cpu;

/// <content>Normalisations.</content>
public sealed partial class CpuBackend
{
    /// <inheritdoc/>
    public void Norm(NormKind kind, Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix y, Matrix stats)
    {
        Shapes.Norm(x, gain, bias, y, stats);
        Launch.Items(team, kernels, new NormKernel(kind, new(x), new(gain), new(bias), epsilon, new(y), new(stats)), x.Rows, x.Count);
    }

    /// <inheritdoc/>
    public void NormInputGradient(NormKind kind, Matrix x, Matrix gain, Matrix stats, Matrix dy, Matrix dx)
    {
        Shapes.NormInputGradient(x, gain, stats, dy, dx);
        Launch.Items(team, kernels, new NormInputGradientKernel(kind, new(x), new(gain), new(stats), new(dy), new(dx)), x.Rows, x.Count);
    }

    /// <inheritdoc/>
    public void NormGainGradient(NormKind kind, Matrix x, Matrix stats, Matrix dy, Matrix dgain)
    {
        Shapes.NormGainGradient(x, stats, dy, dgain);
        SumColumns(new NormalisedTerm(new(x), new(stats), new(dy)), x, dgain);
    }

    /// <inheritdoc/>
    public void NormTangent(NormKind kind, Matrix x, Matrix gain, Matrix stats, Matrix tx, Matrix tgain, Matrix tbias, Matrix ty)
    {
        Shapes.NormTangent(x, gain, stats, tx, tgain, tbias, ty);
        var kernel = new NormTangentKernel(kind, new(x), new(gain), new(stats), new(tx), new(tgain), new(tbias), new(ty));
        Launch.Items(team, kernels, kernel, x.Rows, x.Count);
    }

    /// <inheritdoc/>
    public void ReciprocalRowNorms(Matrix x, Matrix y)
    {
        Shapes.ReciprocalRowNorms(x, y);
        Launch.Items(team, kernels, new ReciprocalRowNormKernel(new(x), new(y)), x.Rows, x.Count);
    }
}
