using System.Runtime.ExceptionServices;
using Tributary.Federation.Clients;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>
/// Learners over one tape, each worked with on a thread of its own, one at a time. Those that train wait for each other at every step and take it together (see
/// <see cref="JointLearner"/>): who is there changes no result.
/// </summary>
internal sealed class LearnerGroup : IDisposable
{
    private readonly object floor = new();
    private readonly Tape tape;
    private readonly Seat[] seats;
    private readonly JointLearner? joint;
    private readonly List<ClientBatch> step = [];
    private int present;

    /// <summary>Makes <paramref name="count"/> learners; more than one only where <see cref="JointLearner.CanJoin"/>.</summary>
    public LearnerGroup(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective, int count, ActivationStore? store)
    {
        tape = new Tape(model.Backend);
        seats = [.. Enumerable.Range(0, count).Select(i => new Seat(this, new Learner(model, adapters, objective, tape, store), i))];
        joint = count > 1 ? new JointLearner([.. seats.Select(seat => seat.Learner)]) : null;
    }

    /// <summary>Number of learners.</summary>
    public int Count => seats.Length;

    /// <summary>Works with a learner, alone, and as the backbone of a client that trains.</summary>
    public void Work(int learner, Action<Learner, IClientBackbone> work)
    {
        // Said before its turn comes, so that those who train wait for this one.
        Interlocked.Increment(ref present);
        lock (floor)
        {
            try
            {
                work(seats[learner].Learner, new LearnerBackbone(seats[learner].Learner, seats[learner]));
            }
            finally
            {
                tape.Reset();
                Interlocked.Decrement(ref present);
                Monitor.PulseAll(floor);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(seats, seat => seat.Learner.Dispose());
        tape.Dispose();
    }

    // Waiting lets others work; whoever comes last, or sees the last one leave, takes the step for all.
    private void Meet(Seat seat)
    {
        step.Add(seat.Batch);
        seat.Waits = true;
        while (seat.Waits)
        {
            if (step.Count == Volatile.Read(ref present))
            {
                TakeStep();
            }
            else
            {
                Monitor.Wait(floor);
            }
        }
    }

    private void TakeStep()
    {
        ExceptionDispatchInfo? failure = null;
        try
        {
            joint!.AddGradients(step);
        }
        catch (Exception error)
        {
            tape.Reset();
            failure = ExceptionDispatchInfo.Capture(error);
        }

        foreach (var batch in step)
        {
            (seats[batch.Client].Waits, seats[batch.Client].Failure) = (false, failure);
        }

        step.Clear();
        Monitor.PulseAll(floor);
    }

    /// <summary>A learner that finds its gradients together with the others.</summary>
    private sealed class Seat(LearnerGroup group, Learner learner, int index) : IGradient
    {
        public Learner Learner { get; } = learner;

        public ClientBatch Batch { get; } = new(index);

        public bool Waits { get; set; }

        public ExceptionDispatchInfo? Failure { get; set; }

        public double Loss(TokenRows batch) => Learner.Loss(batch);

        public double AddGradient(TokenRows batch, float scale = 1)
        {
            if (group.joint is null)
            {
                return Learner.AddGradient(batch, scale);
            }

            (Batch.Rows, Batch.Scale) = (batch, scale);
            group.Meet(this);
            Failure?.Throw();
            return Batch.Loss;
        }
    }
}
