using Tributary.Federation.Clients;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>A model that is nothing but a gradient: a function of the step, from 0, and of the values.</summary>
internal sealed class PrescribedGradients(IBackend backend, TensorKey key, int length, Func<int, float[], float[]> gradient) : IClientModel, IDisposable
{
    private int step;

    /// <inheritdoc/>
    public IBackend Backend => backend;

    /// <inheritdoc/>
    public TrainableVector Trainable { get; } = new(backend, [(key, [length])]);

    /// <inheritdoc/>
    public ulong DropoutKey { get; set; }

    /// <inheritdoc/>
    public ParameterSet Initial(ulong seed) => throw new NotSupportedException("a fixture prescribes where training begins");

    /// <inheritdoc/>
    public double Loss(TokenRows batch) => 0;

    /// <inheritdoc/>
    public double AddGradient(TokenRows batch, float scale = 1)
    {
        var (values, sum) = (new float[length], new float[length]);
        backend.Read(Trainable.Values, values);
        backend.Read(Trainable.Gradient, sum);
        var added = gradient(step++, values);
        for (var i = 0; i < length; i++)
        {
            sum[i] += scale * added[i];
        }

        backend.Upload(sum, Trainable.Gradient);
        return 0;
    }

    /// <inheritdoc/>
    public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction) => throw new NotSupportedException("fixtures train by gradients");

    /// <inheritdoc/>
    public void Dispose() => Trainable.Dispose();
}
