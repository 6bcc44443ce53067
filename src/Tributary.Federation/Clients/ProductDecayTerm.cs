using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>(lambda / 2) · Σ ‖s·BA‖² as an addition to the gradient: lambda·s²·B(AAᵀ) and lambda·s²·(BᵀB)A, so that no product is formed (FedHM, Yao et al. 2021).</summary>
internal sealed class ProductDecayTerm : IPenalty
{
    private readonly IBackend backend;
    private readonly (Parameter A, Parameter B, float Strength)[] modules;
    private readonly DeviceBuffer gram;

    /// <summary>Finds the modules in the vector.</summary>
    /// <param name="term">The choice.</param>
    /// <param name="adaptation">The adapters as this client has them.</param>
    /// <param name="backend">Where they live.</param>
    /// <param name="vector">The trained values.</param>
    public ProductDecayTerm(LossTerm.ProductDecay term, AdapterConfig adaptation, IBackend backend, TrainableVector vector)
    {
        this.backend = backend;
        var parameters = vector.Parameters.ToDictionary(parameter => parameter.Key);
        modules = [.. LoraPair.Among(parameters.Keys, adaptation).Where(pair => parameters.ContainsKey(pair.B))
            .Select(pair => (parameters[pair.A], parameters[pair.B], (float)(term.Lambda * pair.Scale * pair.Scale)))];
        var rank = modules.Select(module => module.A.Shape[0]).DefaultIfEmpty(1).Max();
        gram = backend.Allocate(rank * rank);
    }

    /// <inheritdoc/>
    public void AddGradient(TrainableVector vector)
    {
        foreach (var (a, b, strength) in modules)
        {
            var square = gram.AsMatrix(a.Shape[0], a.Shape[0]);
            backend.Gemm(a.Value, false, a.Value, true, square);
            backend.Gemm(b.Value, false, square, false, b.Gradient, strength, 1);
            backend.Gemm(b.Value, true, b.Value, false, square);
            backend.Gemm(square, false, a.Value, false, a.Gradient, strength, 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gram.Dispose();
}
