using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>A learner as a client's model.</summary>
public sealed class LearnerModel(Learner learner) : IClientModel
{
    /// <inheritdoc/>
    public IBackend Backend => learner.Model.Backend;

    /// <inheritdoc/>
    public TrainableVector Trainable => learner.Trainable;

    /// <inheritdoc/>
    public ulong DropoutKey
    {
        get => learner.DropoutKey;
        set => learner.DropoutKey = value;
    }

    /// <inheritdoc/>
    public ParameterSet Initial(ulong seed) => learner.Initial(seed);

    /// <inheritdoc/>
    public double Loss(TokenRows batch) => learner.Loss(batch);

    /// <inheritdoc/>
    public double AddGradient(TokenRows batch, float scale = 1) => learner.AddGradient(batch, scale);
}
