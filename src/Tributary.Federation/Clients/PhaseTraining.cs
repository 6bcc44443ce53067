using Tributary.Federation.Parts;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Clients;

/// <summary>Trains one phase of a local program on one client's data.</summary>
/// <param name="phase">The phase.</param>
/// <param name="model">What is trained, with its starting values.</param>
/// <param name="data">The client's samples.</param>
/// <param name="stream">The client's random numbers in this version and phase.</param>
/// <param name="control">Its control variate when the phase has that hook.</param>
internal sealed class PhaseTraining(Phase phase, IClientModel model, TokenizedDataset data, PhiloxStream stream, ControlVariate? control)
{
    private readonly IBackend backend = model.Backend;
    private readonly BatchOrder batches = new(stream.Child("order"), data.Count, phase.BatchSize);

    /// <summary>Optimizer steps of the phase.</summary>
    public int Steps => phase.StepsOver(data.Count);

    /// <summary>Trains; returns the sum of the steps' task losses.</summary>
    /// <param name="trains">Which tensors may change.</param>
    /// <param name="where">Client and round for messages.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="RunException">A loss or a value is not finite.</exception>
    public double Run(Func<TensorKey, bool> trains, string where, CancellationToken cancellation)
    {
        var vector = model.Trainable;
        var ranges = new TrainableRanges(vector, key => trains(key) && (phase.Trainable is null || phase.Trainable.Contains(key.Role, StringComparer.Ordinal)));
        var proximal = phase.Losses.OfType<LossTerm.Proximal>().Where(term => term.Mu != 0).Select(term => new ProximalTerm(term, backend, vector.Values)).ToArray();
        var optimizers = ranges.Selected.Select(range => new Optimizer(phase.Optimizer, backend, range.Length)).ToArray();
        try
        {
            var rows = new TokenRows();
            var total = 0.0;
            for (var step = 0; step < Steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                total += Step(step, rows, ranges, proximal, optimizers, where);
            }

            return backend.AllFinite(vector.Values)
                ? total
                : throw new RunException($"{where}, step {Steps}: a trained value is not finite; lower the learning rate");
        }
        finally
        {
            Array.ForEach(proximal, term => term.Dispose());
            Array.ForEach(optimizers, optimizer => optimizer.Dispose());
        }
    }

    private double Step(int step, TokenRows rows, TrainableRanges ranges, ProximalTerm[] proximal, Optimizer[] optimizers, string where)
    {
        var vector = model.Trainable;
        var rate = phase.Optimizer.LearningRate;
        data.Fill(rows, batches.Batch(step));
        model.DropoutKey = stream.Child("dropout").Child(step).Key;
        vector.ZeroGradient();
        var loss = model.AddGradient(rows);
        if (!double.IsFinite(loss))
        {
            throw new RunException($"{where}, step {step + 1}: the loss is {loss:R}; lower the learning rate or look at this client's data");
        }

        foreach (var term in proximal)
        {
            term.AddGradient(vector.Values, vector.Gradient);
        }

        ranges.ClearOthers(backend, vector.Gradient);
        phase.Clipping?.Apply(backend, vector.Gradient);
        for (var i = 0; i < optimizers.Length; i++)
        {
            var (start, length) = ranges.Selected[i];
            optimizers[i].Step(vector.Values.ColumnRange(start, length), vector.Gradient.ColumnRange(start, length), rate);
            control?.Correct(vector.Values, start, length, rate);
        }

        control?.Stepped(rate);
        return loss;
    }
}
