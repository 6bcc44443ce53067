using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>Which part of its tensors does a message hold?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Largest), "largest")]
[JsonDerivedType(typeof(TopMass), "top_mass")]
public abstract record Selection
{
    private Selection()
    {
    }

    /// <summary>A share of the entries, those of largest magnitude among all tensors together (FLASC, Kuo et al. 2024); the others count as zero. Either way.</summary>
    /// <param name="Density">Share of the entries, above 0 … 1.</param>
    public sealed record Largest(double Density) : Selection;

    /// <summary>
    /// The blocks with the largest impact on the loss that together have a share of all: the impact of a block is Σ |⟨gradient, step⟩| over the steps of training, as a share of
    /// all blocks', smoothed over the sender's rounds (the selection of FedPSF-LLM, Jiang et al. 2025, rebuilt). Without any impact the first blocks. Upwards only.
    /// </summary>
    /// <param name="Share">Share of the impact, above 0; from 1 on every block travels.</param>
    /// <param name="Smoothing">Weight of the sender's rounds before this, 0 … below 1.</param>
    /// <param name="Least">Share of the blocks that travels at least, above 0 … 1.</param>
    /// <param name="Most">Share of the blocks that travels at most, <paramref name="Least"/> … 1, but for what has waited too long.</param>
    /// <param name="Patience">A block with a residual that has been left out so many rounds of its sender in a row travels in the next; null is never.</param>
    /// <param name="Budget">How the share follows the sender's loss; null is not at all.</param>
    /// <param name="Grid">How tensors are cut; null is into rows.</param>
    public sealed record TopMass(
        double Share = 0.8, double Smoothing = 0.5, double Least = 0.1, double Most = 1, int? Patience = 5, LossBudget? Budget = null, BlockGrid? Grid = null) : Selection
    {
        /// <summary>How tensors are cut.</summary>
        public BlockGrid Grid { get; init; } = Grid ?? new BlockGrid();
    }
}

/// <summary>
/// A share that follows losses, so that who does worse may send more: share + slope · z, z being the sender's held-out loss after training, standardised over the senders of
/// the round and cut to ±2. It holds from the sender's next round on. Needs <see cref="Report.Losses"/>.
/// </summary>
/// <param name="Slope">Change of the share for each standard deviation of the loss.</param>
/// <param name="Least">The smallest share.</param>
/// <param name="Most">The largest share.</param>
public sealed record LossBudget(double Slope = 0.05, double Least = 0.5, double Most = 1);
