using System.Buffers;
using System.Text.Json.Serialization;
using Tributary.Numerics;

namespace Tributary.Learning.Optimization;

/// <summary>How gradients are bounded before an update: a closed set of values that travel as JSON, with the semantics of torch.nn.utils.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ByNorm), "norm")]
[JsonDerivedType(typeof(ByValue), "value")]
public abstract record GradientClipping
{
    private GradientClipping()
    {
    }

    /// <summary>Clips the whole gradient in place; returns its norm before clipping (the Euclidean one for clipping by value).</summary>
    public abstract double Apply(IBackend backend, Matrix gradient);

    /// <summary>
    /// Scales by min(1, max / (norm + 1e-6)) (Pascanu et al. 2013). The norm is over all tensors together: Euclidean by default, the largest magnitude with
    /// <see cref="double.PositiveInfinity"/>, else the p-norm.
    /// </summary>
    public sealed record ByNorm(double MaxNorm, double NormType = 2) : GradientClipping
    {
        private const double Guard = 1e-6;

        /// <inheritdoc/>
        public override double Apply(IBackend backend, Matrix gradient)
        {
            var norm = NormType == 2 ? Math.Sqrt(backend.SumOfSquares(gradient)) : HostNorm(backend, gradient, NormType);
            var factor = MaxNorm / (norm + Guard);
            if (factor < 1)
            {
                backend.AddScaled(gradient, gradient, (float)factor, 0);
            }

            return norm;
        }
    }

    /// <summary>Limits every entry to [−limit, limit].</summary>
    public sealed record ByValue(double Limit) : GradientClipping
    {
        /// <inheritdoc/>
        public override double Apply(IBackend backend, Matrix gradient)
        {
            var norm = Math.Sqrt(backend.SumOfSquares(gradient));
            var limit = (float)Limit;
            OnHost(backend, gradient, values =>
            {
                foreach (ref var value in values)
                {
                    value = Math.Clamp(value, -limit, limit);
                }

                return 0;
            }, writeBack: true);
            return norm;
        }
    }

    // Rare norms need no operation of their own on the device.
    private static double HostNorm(IBackend backend, Matrix gradient, double type) => OnHost(backend, gradient, values =>
    {
        var total = 0.0;
        foreach (var value in values)
        {
            var size = Math.Abs((double)value);
            total = double.IsPositiveInfinity(type) ? Math.Max(total, size) : total + Math.Pow(size, type);
        }

        return double.IsPositiveInfinity(type) ? total : Math.Pow(total, 1 / type);
    }, writeBack: false);

    private delegate double HostWork(Span<float> values);

    private static double OnHost(IBackend backend, Matrix gradient, HostWork work, bool writeBack)
    {
        var rented = ArrayPool<float>.Shared.Rent(checked((int)gradient.Count));
        try
        {
            var values = rented.AsSpan(0, (int)gradient.Count);
            backend.Read(gradient, values);
            var result = work(values);
            if (writeBack)
            {
                backend.Upload(values, gradient);
            }

            return result;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }
}
