using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>Who has the blocks above a cut and the head, wherever that is: finds the loss from what the blocks below give (split learning, Gupta and Raskar 2018).</summary>
public interface IUpperBlocks
{
    /// <summary>The mean loss of a batch.</summary>
    /// <param name="rows">The batch, with its labels.</param>
    /// <param name="given">What the blocks below the cut give, [rows, width], row-major.</param>
    double Loss(TokenRows rows, ReadOnlyMemory<float> given);

    /// <summary>The same; what is trained above the cut gets its gradient.</summary>
    /// <param name="rows">The batch, with its labels.</param>
    /// <param name="given">What the blocks below the cut give, [rows, width], row-major.</param>
    /// <param name="scale">What gradients are times; the loss is not.</param>
    /// <param name="gradient">Receives the gradient with respect to <paramref name="given"/>; empty when nothing below the cut is trained.</param>
    double AddGradient(TokenRows rows, ReadOnlyMemory<float> given, float scale, Memory<float> gradient);

    /// <summary>What is trained above the cut gets its gradient, and nobody is told anything.</summary>
    /// <param name="rows">The batch, with its labels.</param>
    /// <param name="given">What the blocks below the cut give, [rows, width], row-major.</param>
    /// <param name="scale">What gradients are times.</param>
    void Learn(TokenRows rows, ReadOnlyMemory<float> given, float scale);
}
