using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>A learner as a client's model.</summary>
/// <param name="learner">Has the values.</param>
/// <param name="gradient">Finds losses and gradients: the learner itself, or what finds those of several learners at once.</param>
public sealed class LearnerModel(Learner learner, IGradient gradient) : IClientModel
{
    private readonly IObjective own = learner.Objective;
    private IObjective task = learner.Objective;
    private bool isMixed;

    /// <summary>A learner that finds its losses and gradients itself.</summary>
    public LearnerModel(Learner learner)
        : this(learner, learner)
    {
    }

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
    public void Write(ParameterSet values) => learner.Write(values);

    /// <inheritdoc/>
    public void Mix(IReadOnlyDictionary<string, double>? weights, IReadOnlyList<string>? detached = null)
    {
        if (weights is not null)
        {
            learner.Detach(detached ?? []);
            learner.Activate([.. weights.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, (float)pair.Value))]);
        }
        else if (isMixed)
        {
            learner.Detach();
            learner.Activate([.. learner.Adapters.Select(adapter => (adapter.Name, 1f))]);
        }

        isMixed = weights is not null;
    }

    /// <inheritdoc/>
    public void Minimise(IObjective? objective) => learner.Objective = objective ?? task;

    /// <inheritdoc/>
    public void Cut(int blocks, IUpperBlocks? upper) => Minimise(task = upper is null ? own : CutLoss.At(learner.Adapters, own, blocks, upper));

    /// <inheritdoc/>
    public double Balance
    {
        get => learner.Balance;
        set => learner.Balance = value;
    }

    /// <inheritdoc/>
    public ParameterSet MeanInputs(TokenRows batch) => learner.MeanInputs(batch);

    /// <inheritdoc/>
    public int Terms(TokenRows batch) => learner.Objective.Terms(batch);

    /// <inheritdoc/>
    public float[] Scores(TokenRows batch) => learner.Scores(batch);

    /// <inheritdoc/>
    public (float[] States, float[] Logits, int[] Labels) Targets(TokenRows batch) => learner.Targets(batch);

    /// <inheritdoc/>
    public float[] Embed(TokenRows batch) => learner.Embed(batch);

    /// <inheritdoc/>
    public double Loss(TokenRows batch) => gradient.Loss(batch);

    /// <inheritdoc/>
    public double AddGradient(TokenRows batch, float scale = 1) => gradient.AddGradient(batch, scale);

    /// <inheritdoc/>
    public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction) => learner.Derivative(batch, direction);
}
