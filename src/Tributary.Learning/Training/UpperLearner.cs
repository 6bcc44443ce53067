using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Numerics;

namespace Tributary.Learning.Training;

/// <summary>The blocks of a learner's model above a cut, its head and its loss, for rows that somebody else brought as far as the cut.</summary>
/// <param name="learner">Has the values; its gradients are added to.</param>
/// <param name="blocks">Blocks below the cut, from the first on.</param>
/// <exception cref="ArgumentException">The model has no such cut: it reads a text before it writes, or has fewer blocks.</exception>
public sealed class UpperLearner(Learner learner, int blocks) : IUpperBlocks
{
    private readonly ReceivedRows received = new(learner.Model, blocks);

    /// <inheritdoc/>
    public double Loss(TokenRows rows, ReadOnlyMemory<float> given) => Run(rows, TapeMode.Infer, given, 1, default);

    /// <inheritdoc/>
    public double AddGradient(TokenRows rows, ReadOnlyMemory<float> given, float scale, Memory<float> gradient) => Run(rows, TapeMode.Record, given, scale, gradient);

    /// <inheritdoc/>
    public void Learn(TokenRows rows, ReadOnlyMemory<float> given, float scale) => Run(rows, TapeMode.Record, given, scale, default);

    private double Run(TokenRows rows, TapeMode mode, ReadOnlyMemory<float> given, float scale, Memory<float> gradient)
    {
        var tape = learner.Tape;
        try
        {
            tape.PenaltyWeight = 0;
            received.Take(given, !gradient.IsEmpty);
            var loss = learner.Objective.Loss(learner.Model, learner.Begin(rows, mode, received), scale);
            if (mode == TapeMode.Record)
            {
                tape.Backward(loss);
                received.ReadGradient(gradient.Span);
            }

            return loss.Scalar;
        }
        finally
        {
            tape.Reset();
        }
    }

    // What somebody else's blocks gave.
    private sealed class ReceivedRows : ILowerBlocks
    {
        private readonly LanguageModel model;
        private ReadOnlyMemory<float> given;
        private bool needsGradient;
        private Var? rows;

        public ReceivedRows(LanguageModel model, int blocks)
        {
            if (model.Encoder is not null || blocks < 0 || blocks > model.Shape.Layers)
            {
                throw new ArgumentException($"a {model.Shape.Family} model of {model.Shape.Layers} blocks cannot be cut behind block {blocks}", nameof(blocks));
            }

            (this.model, Blocks) = (model, blocks);
        }

        public int Blocks { get; }

        public void Take(ReadOnlyMemory<float> given, bool needsGradient) => (this.given, this.needsGradient) = (given, needsGradient);

        public Var Forward(Pass pass)
        {
            if ((long)pass.Rows.Count * model.Shape.Width != given.Length)
            {
                throw new ArgumentException($"{given.Length} values were given for {pass.Rows.Count} rows of {model.Shape.Width}", nameof(pass));
            }

            rows = pass.Tape.NewVar(pass.Rows.Count, model.Shape.Width, needsGradient);
            model.Backend.Upload(given.Span, rows.Value);
            return rows;
        }

        public void ReadGradient(Span<float> gradient)
        {
            if (rows is { Gradient.IsEmpty: false } reached)
            {
                model.Backend.Read(reached.Gradient, gradient);
            }
            else
            {
                gradient.Clear();
            }
        }
    }
}
