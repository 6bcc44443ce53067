using System.Text.Json;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>One client's model as a fixture asks for it, and what fixtures ask of it.</summary>
internal sealed class FixtureLearner : IDisposable
{
    private readonly Tape tape;

    /// <summary>Attaches the adapters with their values to a model.</summary>
    public FixtureLearner(LanguageModel model, IReadOnlyList<(IAdapter Adapter, ParameterSet Values)> adapters, FixtureBatch batch)
    {
        tape = new Tape(model.Backend);
        Learner = new Learner(model, [.. adapters.Select(a => a.Adapter)], Objective.Of(model.Shape), tape);
        foreach (var (_, values) in adapters)
        {
            Learner.Trainable.Write(values);
        }

        Batch = batch;
    }

    /// <summary>The learner.</summary>
    public Learner Learner { get; }

    /// <summary>The batch.</summary>
    public FixtureBatch Batch { get; }

    /// <summary>Compares the logits of unpadded positions, or the scores of every sequence.</summary>
    public void CompareLogits(ExpectedTensors expected, string name, double tolerance)
    {
        if (Learner.Model.Shape.Task == HeadTask.SequenceClassification)
        {
            expected.Compare(name, Learner.Scores(Batch.Rows), tolerance);
        }
        else
        {
            expected.CompareRows(name, Learner.Logits(Batch.Rows), Batch, tolerance, Learner.VirtualRows);
        }
    }

    /// <summary>Compares loss and gradients of the batch.</summary>
    public void CompareGradients(ExpectedTensors expected, Func<TensorKey, string> nameOf, FixtureTolerances tolerances)
    {
        Learner.Trainable.ZeroGradient();
        var loss = Learner.AddGradient(Batch.Rows);
        expected.Compare("loss", [(float)loss], tolerances.Of("loss"));
        expected.CompareGradients(Learner.Trainable.ReadGradient(), nameOf, tolerances);
    }

    /// <summary>Trains on the same batch as the note says and compares losses and parameters.</summary>
    public void CompareSteps(AdamWNote note, Func<TensorKey, string> nameOf, FixtureTolerances tolerances, FixtureReport report)
    {
        using var expected = ExpectedTensors.Open(note.ExpectedFile, report);
        using var optimizer = new Optimizer(note.Spec, Learner.Model.Backend, Learner.Trainable.Length);
        var losses = new float[note.Steps + 1];
        for (var step = 0; step < note.Steps; step++)
        {
            Learner.Trainable.ZeroGradient();
            losses[step] = (float)Learner.AddGradient(Batch.Rows);
            optimizer.Step(Learner.Trainable.Values, Learner.Trainable.Gradient, note.Spec.LearningRate);
        }

        losses[^1] = (float)Learner.Loss(Batch.Rows);

        // What no pass reads has no gradient, and an optimizer leaves it alone.
        var untouched = Learner.Model.Tensors.Where(t => !t.IsUsed && expected.Contains("after." + t.Key.Name)).Select(t => new HostTensor(t.Key, t.Shape, t.ReadValues()));
        expected.CompareAfter(new ParameterSet([.. Learner.Trainable.Read(), .. untouched]), nameOf, tolerances, note.Steps);
        expected.Compare(expected.Contains("losses") ? "losses" : "loss_before_after", losses, tolerances.Of("loss"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Learner.Dispose();
        tape.Dispose();
    }
}
