using System.Collections.Concurrent;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>
/// As many learners as clients run side by side, over one shared backbone, each with a thread of its own. A client borrows one and writes its tensors into it, so memory does
/// not grow with the number of clients: neither learners nor what a thread keeps for itself (kernel scratch, allocator).
/// </summary>
public sealed class LearnerPool : IDisposable
{
    private readonly BlockingCollection<Action<Learner>> waiting = [];
    private readonly (Learner Learner, Tape Tape)[] all;
    private readonly Thread[] threads;

    /// <summary>Makes <paramref name="count"/> learners with the same adapters.</summary>
    /// <param name="model">The shared backbone.</param>
    /// <param name="adapters">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="count">Number of learners.</param>
    /// <param name="store">Where they keep what frozen lower blocks give; null computes it each time.</param>
    public LearnerPool(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective, int count, ActivationStore? store = null)
    {
        (Model, Adapters) = (model, adapters);
        all = [.. Enumerable.Range(0, count).Select(_ => Make(model, adapters, objective, store))];
        threads = [.. all.Select((entry, i) => new Thread(() => Serve(entry.Learner, entry.Tape)) { IsBackground = true, Name = $"learner-{i + 1}" })];
        Array.ForEach(threads, thread => thread.Start());
    }

    /// <summary>The shared backbone.</summary>
    public LanguageModel Model { get; }

    /// <summary>The adapters every learner has.</summary>
    public IReadOnlyList<IAdapter> Adapters { get; }

    /// <summary>Number of learners.</summary>
    public int Count => all.Length;

    /// <summary>Runs work with a borrowed learner on that learner's thread; work begins in the order of the calls.</summary>
    public Task<T> RunAsync<T>(Func<Learner, T> work, CancellationToken cancel)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add(learner => Complete(result, work, learner, cancel), CancellationToken.None);
        return result.Task;
    }

    /// <summary>Waits for the work in hand, then frees the learners.</summary>
    public void Dispose()
    {
        waiting.CompleteAdding();
        Array.ForEach(threads, thread => thread.Join());
        foreach (var (learner, tape) in all)
        {
            learner.Dispose();
            tape.Dispose();
        }

        waiting.Dispose();
    }

    private static (Learner Learner, Tape Tape) Make(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective, ActivationStore? store)
    {
        var tape = new Tape(model.Backend);
        return (new Learner(model, adapters, objective, tape, store), tape);
    }

    private static void Complete<T>(TaskCompletionSource<T> result, Func<Learner, T> work, Learner learner, CancellationToken cancel)
    {
        try
        {
            cancel.ThrowIfCancellationRequested();
            result.SetResult(work(learner));
        }
        catch (OperationCanceledException stopped)
        {
            result.SetCanceled(stopped.CancellationToken);
        }
        catch (Exception error)
        {
            result.SetException(error);
        }
    }

    private void Serve(Learner learner, Tape tape)
    {
        foreach (var work in waiting.GetConsumingEnumerable())
        {
            work(learner);
            tape.Reset();
        }
    }
}
