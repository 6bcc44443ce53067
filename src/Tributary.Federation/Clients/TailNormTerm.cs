using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>lambda · Σ ‖B_tail‖·‖A_tail‖ as an addition to the gradient, ‖A_tail‖·B_tail / ‖B_tail‖ and the reverse; nothing from a tail of zeros (HETLoRA, Cho et al. 2024).</summary>
internal sealed class TailNormTerm : IPenalty
{
    private readonly LossTerm.TailNorm term;
    private readonly IBackend backend;
    private readonly (Matrix A, Matrix SlopeA, Matrix B, Matrix SlopeB)[] tails;

    /// <summary>Finds the tails of the modules in the vector.</summary>
    public TailNormTerm(LossTerm.TailNorm term, AdapterConfig adaptation, IBackend backend, TrainableVector vector)
    {
        (this.term, this.backend) = (term, backend);
        var parameters = vector.Parameters.ToDictionary(parameter => parameter.Key);
        tails = [.. LoraPair.Among(parameters.Keys, adaptation).Where(pair => parameters.ContainsKey(pair.B)).Select(pair => Tail(parameters[pair.A], parameters[pair.B]))];
    }

    /// <inheritdoc/>
    public void AddGradient(TrainableVector vector)
    {
        foreach (var (a, slopeA, b, slopeB) in tails)
        {
            var (normA, normB) = (Math.Sqrt(backend.SumOfSquares(a)), Math.Sqrt(backend.SumOfSquares(b)));
            if (normA > 0 && normB > 0)
            {
                backend.AddScaled(a, slopeA, (float)(term.Lambda * normB / normA));
                backend.AddScaled(b, slopeB, (float)(term.Lambda * normA / normB));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The tails are windows of the vector.
    }

    private (Matrix A, Matrix SlopeA, Matrix B, Matrix SlopeB) Tail(Parameter a, Parameter b)
    {
        var rank = a.Shape[0];
        var start = (int)Math.Floor(term.Gamma * rank);
        return (a.Value.RowRange(start, rank - start), a.Gradient.RowRange(start, rank - start), b.Value.ColumnRange(start, rank - start), b.Gradient.ColumnRange(start, rank - start));
    }
}
