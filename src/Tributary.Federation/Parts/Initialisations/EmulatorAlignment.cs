using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Emulator;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Initialisations;

/// <summary>Draws an emulator to the blocks that it stands for, on the server, with data of the server's own (see <see cref="Initialisation.AlignedEmulator"/>).</summary>
public static class EmulatorAlignment
{
    /// <summary>The values with the emulator's own weights trained, all others as they were: a function of its arguments, whatever the threads.</summary>
    /// <param name="settings">Steps, rate and weights of the losses.</param>
    /// <param name="model">The base.</param>
    /// <param name="adapters">What the run trains, the emulator's own weights among it.</param>
    /// <param name="initial">Their values.</param>
    /// <param name="data">The server's rows.</param>
    /// <param name="seed">Which rows go into which step follows from it.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="InputException">The model reads a text with blocks of their own before it writes.</exception>
    /// <exception cref="RunException">A loss or value is not finite.</exception>
    public static ParameterSet Align(
        Initialisation.AlignedEmulator settings, LanguageModel model, IReadOnlyList<IAdapter> adapters, ParameterSet initial, TokenizedDataset data, long seed, CancellationToken cancellation)
    {
        if (model.Encoder is not null)
        {
            throw new InputException($"an emulator is aligned in models of one stack of blocks; {model.Shape.Family} has two. Leave data.public out");
        }

        // The first and the last of the emulated blocks are always kept.
        var own = adapters.Single(adapter => adapter.Name == EmulatorConfig.OwnName);
        var kept = ((LayersConfig)own.Config).Layers!;
        var (first, end) = (kept[0], kept[^1] + 1);
        var stream = PhiloxStream.Root(seed).Child("alignment");
        var loss = new EmulatorLoss(first, end, settings.DistillationWeight, Objective.Of(model.Shape), settings.TaskWeight);
        using var tape = new Tape(model.Backend);
        using var learner = new Learner(model, [own], loss, tape, leftOut: [.. Enumerable.Range(first, end - first).Except(kept)]);
        learner.Write(initial.Where(key => key.Adapter == own.Name));
        using var optimizer = new Optimizer(new OptimizerSpec.AdamW(settings.LearningRate, WeightDecay: 0), model.Backend, learner.Trainable.Length);
        var order = new BatchOrder(stream.Child("order"), data.Count, settings.BatchSize);
        var objective = new StepObjective(new LearnerModel(learner), data, settings.BatchSize);
        for (var step = 0; step < settings.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            objective.Begin(order.Batch(step), stream.Child("hidden").Child(step).Key);
            learner.Trainable.ZeroGradient();
            if (!double.IsFinite(objective.AddGradient()))
            {
                throw new RunException($"aligning the emulator, step {step + 1}: the loss is not finite; lower the learning rate of method.initialisation or look at data.public");
            }

            optimizer.Step(learner.Trainable.Values, learner.Trainable.Gradient, settings.LearningRate);
        }

        return model.Backend.AllFinite(learner.Trainable.Values)
            ? initial.ReplacedBy(learner.Trainable.Read())
            : throw new RunException("aligning the emulator: a trained value is not finite; lower the learning rate of method.initialisation");
    }
}
