using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Training;

/// <summary>A loss as a black box: values only, so that zeroth-order code cannot reach a gradient.</summary>
public interface ILoss
{
    /// <summary>The mean loss over the labelled rows (or samples) of the batch, in nats.</summary>
    double Loss(TokenRows batch);
}

/// <summary>A loss with its gradient.</summary>
public interface IGradient : ILoss
{
    /// <summary>Adds <paramref name="scale"/> times the gradient of the mean loss to the trainable vector's gradient and returns the mean loss (unscaled).</summary>
    double AddGradient(TokenRows batch, float scale = 1);
}

/// <summary>A loss with its derivative along a direction, by forward mode: nothing is kept for a backward pass.</summary>
public interface IDerivative : ILoss
{
    /// <summary>The mean loss and its derivative along a direction, which is as long as the trainable vector and laid out like it.</summary>
    (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction);
}
