using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Estimators;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.Rounds;
using Tributary.Federation.Parts;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Clients;

/// <summary>What was done in a round's phases.</summary>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Loss">Mean of their task losses.</param>
/// <param name="Scalars">What travels in place of tensors, when that is so.</param>
internal sealed record LocalWork(int Steps, double Loss, ParameterSet Scalars)
{
    /// <summary>Names the random numbers of work that counts.</summary>
    public const string Name = "local";

    /// <summary>Trains all phases of an order, one after another; what the client does not hold stays.</summary>
    /// <param name="order">The order.</param>
    /// <param name="received">The download.</param>
    /// <param name="model">The model, with its starting values.</param>
    /// <param name="data">The client's samples.</param>
    /// <param name="name">Names the random numbers.</param>
    /// <param name="hooks">What happens around the steps.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static LocalWork Train(
        WorkOrder order, MessageBody received, IClientModel model, TokenizedDataset data, string name, StepHooks hooks, CancellationToken cancellation)
    {
        model.Trainable.Hold(key => !order.Holding.Contains(key));
        try
        {
            return TrainHeld(order, received, model, data, name, hooks, cancellation);
        }
        finally
        {
            model.Trainable.Hold(_ => false);
        }
    }

    /// <summary>A client's random numbers in one phase of its work.</summary>
    public static PhiloxStream StreamOf(long seed, string name, string client, int version, int phase) => PhiloxStream.Root(seed).Child(name).Child(client).Child(version).Child(phase);

    private static LocalWork TrainHeld(
        WorkOrder order, MessageBody received, IClientModel model, TokenizedDataset data, string name, StepHooks hooks, CancellationToken cancellation)
    {
        var work = new LocalWork(0, 0, ParameterSet.Empty);
        var weights = SeedScalarRules.WeightsOf(received);
        for (var index = 0; index < order.Method.LocalProgram.Phases.Count; index++)
        {
            var phase = order.Method.LocalProgram.Phases[index];
            var place = DirectionSequence.StreamOf(order.Seed, order.Client, order.Version, index);
            DirectionSequence SequenceOf(Directions directions) => new(directions, order.Seed, place, weights);
            var training = new PhaseTraining(order, phase, received, model, data, StreamOf(order.Seed, name, order.Client, order.Version, index), SequenceOf, hooks.In(phase));
            var loss = training.Run(key => SharingRules.IsTrained(order.Method.Sharing, key) && order.Holding.Contains(key), cancellation);
            var scalars = SeedScalarRules.DirectionsOf(order.Method) is { } directions ? SeedScalarRules.Sent(order.Method, training.Slopes, SequenceOf(directions)) : ParameterSet.Empty;
            work = new LocalWork(work.Steps + training.Steps, ((work.Loss * work.Steps) + (loss * training.Steps)) / (work.Steps + training.Steps), scalars);
        }

        return work;
    }
}
