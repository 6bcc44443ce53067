using Tributary.Federation.Parts;
using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>(mu / 2)·‖w − x‖² as an addition to the gradient, mu·(w − x); x is a copy taken when made (FedProx, Li et al. 2020).</summary>
internal sealed class ProximalTerm : IPenalty
{
    private readonly LossTerm.Proximal term;
    private readonly IBackend backend;
    private readonly DeviceBuffer copy;
    private readonly Matrix reference;

    /// <summary>Copies the reference point.</summary>
    public ProximalTerm(LossTerm.Proximal term, IBackend backend, Matrix values)
    {
        (this.term, this.backend) = (term, backend);
        copy = backend.Allocate(Math.Max(1, values.Count));
        reference = copy.AsMatrix(values.Rows, values.Columns);
        backend.AddScaled(values, reference, 1, 0);
    }

    /// <summary>gradient += mu·(values − reference).</summary>
    public void AddGradient(TrainableVector vector)
    {
        backend.AddScaled(vector.Values, vector.Gradient, (float)term.Mu);
        backend.AddScaled(reference, vector.Gradient, (float)-term.Mu);
    }

    /// <inheritdoc/>
    public void Dispose() => copy.Dispose();
}
