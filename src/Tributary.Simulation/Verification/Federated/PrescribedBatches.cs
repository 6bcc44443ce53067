using Tributary.Federation.Clients;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>A learner whose step i is made with the i-th batch given here, whatever the caller drew; the loss of each step is told.</summary>
internal sealed class PrescribedBatches(Learner learner, IReadOnlyList<TokenRows> batches, Action<int, double> loss) : IClientModel
{
    private readonly LearnerModel model = new(learner);
    private int step;

    /// <inheritdoc/>
    public IBackend Backend => model.Backend;

    /// <inheritdoc/>
    public TrainableVector Trainable => model.Trainable;

    /// <inheritdoc/>
    public ulong DropoutKey
    {
        get => model.DropoutKey;
        set => model.DropoutKey = value;
    }

    /// <inheritdoc/>
    public ParameterSet Initial(ulong seed) => model.Initial(seed);

    /// <inheritdoc/>
    public double Loss(TokenRows batch) => model.Loss(batch);

    /// <inheritdoc/>
    public double AddGradient(TokenRows batch, float scale = 1)
    {
        var value = model.AddGradient(batches[step % batches.Count], scale);
        loss(step, value);
        step++;
        return value;
    }

    /// <inheritdoc/>
    public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction) => throw new NotSupportedException("fixtures train by gradients");
}
