using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Cuts;

/// <summary>One client's work at the upper part: gradients gather while the client is in one step, and move the values when it goes on to the next.</summary>
internal sealed class UpperVisit : IDisposable
{
    private readonly WorkOrder order;
    private readonly Learner learner;
    private readonly Phase phase;
    private readonly int blocks;
    private readonly UpperLearner upper;
    private readonly TrainableRanges ranges;
    private readonly Optimizer[] optimizers;
    private readonly PhiloxStream dropout;
    private readonly TokenRows rows = new();
    private float[] slope = [];
    private int step;
    private int? steps;
    private bool isPending;

    /// <summary>Begins from a state.</summary>
    public UpperVisit(WorkOrder order, Learner learner, UpperState start)
    {
        (this.order, this.learner) = (order, learner);
        (phase, blocks) = (order.Method.LocalProgram.Phases[0], order.Holding.Cut!.Value);
        upper = new UpperLearner(learner, blocks);
        var vector = learner.Trainable;
        ranges = new TrainableRanges(vector, key => CutRules.IsAbove(blocks, key) && phase.Trains(key));
        optimizers = [.. ranges.Selected.Select(range => new Optimizer(phase.Optimizer, learner.Model.Backend, range.Length))];
        var before = 0;
        for (var i = 0; i < optimizers.Length; i++)
        {
            if (start.Stretch(before, ranges.Selected[i].Length) is { } state)
            {
                optimizers[i].WriteState(state);
            }

            before += ranges.Selected[i].Length;
        }

        vector.Write(start.Values);
        vector.ZeroGradient();
        dropout = LocalWork.StreamOf(order.Seed, LocalWork.Name, order.Client, order.Version, phase: 0).Child(PhaseTraining.DropoutStream);
    }

    /// <summary>Answers a question.</summary>
    /// <exception cref="InputException">It is malformed, or its step is neither the present one nor the next.</exception>
    public MessageBody Ask(MessageBody question)
    {
        var (asked, width) = (Read(question), learner.Model.Shape.Width);
        if (asked.Scale == 0)
        {
            return CutMessages.Answer(upper.Loss(rows, asked.Given), default, width);
        }

        var gradient = Gradient(asked.WantsGradient ? asked.Given.Length : 0);
        var loss = upper.AddGradient(rows, asked.Given, asked.Scale, gradient);
        isPending = true;
        return CutMessages.Answer(loss, gradient, width);
    }

    /// <summary>Learns from what is told.</summary>
    /// <exception cref="InputException">As for <see cref="Ask"/>.</exception>
    public void Tell(MessageBody told)
    {
        var read = Read(told);
        upper.Learn(rows, read.Given, read.Scale);
        isPending = true;
    }

    /// <summary>The state in the end.</summary>
    /// <exception cref="RunException">A value is not finite.</exception>
    public UpperState Finish()
    {
        Step();
        return learner.Model.Backend.AllFinite(learner.Trainable.Values)
            ? new UpperState(learner.Trainable.Read().Where(key => CutRules.IsAbove(blocks, key)), UpperState.Of([.. optimizers.Select(optimizer => optimizer.ReadState())]))
            : throw new RunException($"client {order.Client}, round {order.Version + 1}: a value above the cut is not finite; lower the learning rate");
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(optimizers, optimizer => optimizer.Dispose());

    private CutQuestion Read(MessageBody message)
    {
        var read = CutMessages.Read(message, learner.Model.Shape, rows);
        GoOnTo(read);
        learner.DropoutKey = dropout.Child(step).Key;
        return read;
    }

    private void GoOnTo(CutQuestion asked)
    {
        if (asked.Steps != (steps ??= asked.Steps) || (asked.Step != step && asked.Step != step + 1))
        {
            throw new InputException($"client {order.Client} asks at the cut in step {asked.Step + 1} of {asked.Steps} after step {step + 1} of {steps}");
        }

        if (asked.Step > step)
        {
            Step();
            step = asked.Step;
        }
    }

    private void Step()
    {
        if (!isPending)
        {
            return;
        }

        var (vector, backend) = (learner.Trainable, learner.Model.Backend);
        ranges.ClearOthers(backend, vector.Gradient);
        phase.Clipping?.Apply(backend, vector.Gradient);
        var rate = phase.LearningRateAt(step % steps!.Value, steps.Value, order.Version, order.Rounds);
        for (var i = 0; i < optimizers.Length; i++)
        {
            var (start, length) = ranges.Selected[i];
            optimizers[i].Step(vector.Values.ColumnRange(start, length), vector.Gradient.ColumnRange(start, length), rate);
        }

        vector.ZeroGradient();
        isPending = false;
    }

    private Memory<float> Gradient(int length)
    {
        slope = slope.Length < length ? new float[length] : slope;
        return slope.AsMemory(0, length);
    }
}
