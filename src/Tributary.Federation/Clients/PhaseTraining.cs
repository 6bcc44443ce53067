using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.ClassTables;
using Tributary.Federation.Parts.Estimators;
using Tributary.Federation.Rounds;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Clients;

/// <summary>Trains one phase of a local program on one client's data.</summary>
/// <param name="order">The work order.</param>
/// <param name="phase">The phase.</param>
/// <param name="received">The download.</param>
/// <param name="model">What is trained, with its starting values.</param>
/// <param name="data">The client's samples.</param>
/// <param name="stream">The client's random numbers in this version and phase.</param>
/// <param name="sequence">The directions that an estimator takes.</param>
/// <param name="hooks">What happens around its steps, in order.</param>
internal sealed class PhaseTraining(
    WorkOrder order, Phase phase, MessageBody received, IClientModel model, TokenizedDataset data, PhiloxStream stream, Func<Directions, DirectionSequence> sequence,
    IStepHook[] hooks)
{
    /// <summary>Names the random numbers of the order of samples.</summary>
    public const string OrderStream = "order";

    /// <summary>Names those of what is hidden in them.</summary>
    public const string HiddenStream = "hidden";

    /// <summary>Names those of dropout.</summary>
    public const string DropoutStream = "dropout";

    private readonly IBackend backend = model.Backend;
    private readonly BatchOrder batches = new(stream.Child(OrderStream), data.Count, phase.SamplesPerStep);
    private readonly StepObjective objective = new(model, data, phase.BatchSize);
    private readonly int stepsPerRound = phase.StepsOver(data.Count);
    private readonly string where = $"client {order.Client}, round {order.Version + 1}";

    /// <summary>Optimizer steps of the phase.</summary>
    public int Steps => checked(stepsPerRound * order.RoundsAtOnce);

    /// <summary>The slope along each direction of each step, in order; none when the estimator takes no directions.</summary>
    public IReadOnlyList<float> Slopes { get; private set; } = [];

    /// <summary>Trains; returns the mean of the steps' task losses, without those that were left out.</summary>
    /// <param name="trains">Which tensors may change.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="RunException">A loss or a value is not finite, or no step could be taken.</exception>
    public double Run(Func<TensorKey, bool> trains, CancellationToken cancellation)
    {
        var vector = model.Trainable;
        var ranges = new TrainableRanges(vector, key => trains(key) && phase.Trains(key));
        var penalties = phase.Losses.Select(term => Penalty(term, vector)).OfType<IPenalty>().ToArray();
        var optimizers = Stretches(vector, trains).Select(stretch => (Stretch: stretch, Optimizer: new Optimizer(phase.Optimizer, backend, stretch.Length))).ToArray();
        using var estimator = Estimators.For(phase.Estimator, backend, vector, parameter => trains(parameter.Key) && phase.Trains(parameter.Key), sequence);
        try
        {
            model.Mix(phase.Mixture, phase.Detached);
            model.Minimise(Objective());
            model.Balance = phase.Losses.OfType<LossTerm.LoadBalance>().Sum(term => term.Beta);
            var (total, taken) = (0.0, 0);
            for (var step = 0; step < Steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                var loss = Step(step, estimator, ranges, penalties, optimizers);
                (total, taken) = (total + (loss ?? 0), taken + (loss is null ? 0 : 1));
            }

            Slopes = estimator.Slopes;
            return taken == 0 ? throw new RunException($"{where}: none of its {Steps} steps had losses to go by; lower the learning rate")
                : backend.AllFinite(vector.Values) ? total / taken
                : throw new RunException($"{where}, step {Steps}: a trained value is not finite; lower the learning rate");
        }
        finally
        {
            model.Mix(null);
            model.Minimise(null);
            model.Balance = 0;
            Array.ForEach(penalties, term => term.Dispose());
            Array.ForEach(optimizers, optimizer => optimizer.Optimizer.Dispose());
        }
    }

    // Neighbours with one learning rate are one stretch.
    private IEnumerable<(int Start, int Length, double Factor)> Stretches(TrainableVector vector, Func<TensorKey, bool> trains) =>
        vector.Parameters.Select(parameter => phase.LearningRateFactor(parameter.Key.Role)).Distinct().SelectMany(factor =>
            new TrainableRanges(vector, key => trains(key) && phase.Trains(key) && phase.LearningRateFactor(key.Role) == factor)
                .Selected.Select(range => (range.Start, range.Length, factor)));

    // Null is a step that was left out.
    private double? Step(int step, IEstimator estimator, TrainableRanges ranges, IPenalty[] penalties, ((int Start, int Length, double Factor) Stretch, Optimizer Optimizer)[] optimizers)
    {
        var vector = model.Trainable;
        var rate = phase.LearningRateAt(step % stepsPerRound, stepsPerRound, order.Version + (step / stepsPerRound), order.Rounds);
        model.DropoutKey = stream.Child(DropoutStream).Child(step).Key;
        objective.Begin(batches.Batch(step), stream.Child(HiddenStream).Child(step).Key);
        if (estimator.WriteGradient(objective, step) is not { } loss)
        {
            return null;
        }

        if (!double.IsFinite(loss))
        {
            throw new RunException($"{where}, step {step + 1}: the loss is {loss:R}; lower the learning rate or look at this client's data");
        }

        foreach (var term in penalties)
        {
            term.AddGradient(vector);
        }

        ranges.ClearOthers(backend, vector.Gradient);
        foreach (var hook in hooks)
        {
            hook.Before(vector);
        }

        phase.Clipping?.Apply(backend, vector.Gradient);
        foreach (var ((start, length, factor), optimizer) in optimizers)
        {
            optimizer.Step(vector.Values.ColumnRange(start, length), vector.Gradient.ColumnRange(start, length), factor * rate);
        }

        foreach (var hook in hooks)
        {
            hook.After(vector, ranges, rate);
        }

        return loss;
    }

    // The task's own loss, unless a term needs what the model gives.
    private IObjective? Objective() => PseudoLabelling.HasPool(order.Method.LocalProgram, data) ? new SoftClassification() : phase.Losses.OfType<LossTerm.ClassDistillation>().FirstOrDefault(term => term.Strength > 0) is { } term
        && ClassTable.Of(received.Section(ClassTable.Section)) is { } teacher
            ? new ClassDistillation([.. Enumerable.Range(0, teacher.Classes).Select(teacher.Row)], term.Strength, term.Temperature)
            : null;

    private IPenalty? Penalty(LossTerm term, TrainableVector vector) => term switch
    {
        LossTerm.Proximal { Mu: not 0 } proximal => new ProximalTerm(proximal, backend, vector.Values),
        LossTerm.TailNorm { Lambda: not 0 } tail => new TailNormTerm(tail, order.Method.Adaptation, backend, vector),
        LossTerm.ProductDecay { Lambda: not 0 } decay => new ProductDecayTerm(decay, CapacityRules.Adaptation(order.Method, order.Holding), backend, vector),
        _ => null,
    };
}
