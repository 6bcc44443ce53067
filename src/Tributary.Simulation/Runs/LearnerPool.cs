using System.Collections.Concurrent;
using Tributary.Federation.Clients;
using Tributary.Learning.Adaptation;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>
/// As many learners as clients are worked with at a time, over one shared backbone, each with a thread of its own: groups run side by side, and the clients of a group pass the
/// backbone together. A client borrows a learner and writes its tensors into it, so memory does not grow with the number of clients: neither learners nor what a thread keeps for
/// itself (kernel scratch, allocator).
/// </summary>
public sealed class LearnerPool : IDisposable
{
    private readonly BlockingCollection<Action<Learner, IClientBackbone>> waiting = [];
    private readonly LearnerGroup[] groups;
    private readonly Thread[] threads;

    /// <summary>Makes <paramref name="count"/> groups of <paramref name="together"/> learners with the same adapters.</summary>
    /// <param name="model">The shared backbone.</param>
    /// <param name="adapters">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="count">Clients or groups of clients that run side by side.</param>
    /// <param name="store">Where they keep what frozen lower blocks give; null computes it each time.</param>
    /// <param name="together">Clients that pass the backbone together; more than one only where <see cref="JointLearner.CanJoin"/>.</param>
    public LearnerPool(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective, int count, ActivationStore? store = null, int together = 1)
    {
        (Model, Adapters) = (model, adapters);
        groups = [.. Enumerable.Range(0, count).Select(_ => new LearnerGroup(model, adapters, objective, together, store))];
        threads = [.. groups.SelectMany((group, g) => Enumerable.Range(0, together).Select(
            i => new Thread(() => Serve(group, i)) { IsBackground = true, Name = $"learner-{(g * together) + i + 1}" }))];
        Array.ForEach(threads, thread => thread.Start());
    }

    /// <summary>The shared backbone.</summary>
    public LanguageModel Model { get; }

    /// <summary>The adapters every learner has.</summary>
    public IReadOnlyList<IAdapter> Adapters { get; }

    /// <summary>Number of learners.</summary>
    public int Count => groups.Sum(group => group.Count);

    /// <summary>Runs work with a borrowed learner on that learner's thread; work begins in the order of the calls.</summary>
    public Task<T> RunAsync<T>(Func<Learner, T> work, CancellationToken cancel) => AddAsync((learner, _) => work(learner), cancel);

    /// <summary>The same with a borrowed learner as the backbone of a client, which may take its steps together with others.</summary>
    public Task<T> TrainAsync<T>(Func<IClientBackbone, T> work, CancellationToken cancel) => AddAsync((_, backbone) => work(backbone), cancel);

    /// <summary>Waits for the work in hand, then frees the learners.</summary>
    public void Dispose()
    {
        waiting.CompleteAdding();
        Array.ForEach(threads, thread => thread.Join());
        Array.ForEach(groups, group => group.Dispose());
        waiting.Dispose();
    }

    private Task<T> AddAsync<T>(Func<Learner, IClientBackbone, T> work, CancellationToken cancel)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add((learner, backbone) => Complete(result, () => work(learner, backbone), cancel), CancellationToken.None);
        return result.Task;
    }

    private static void Complete<T>(TaskCompletionSource<T> result, Func<T> work, CancellationToken cancel)
    {
        try
        {
            cancel.ThrowIfCancellationRequested();
            result.SetResult(work());
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

    private void Serve(LearnerGroup group, int learner)
    {
        foreach (var work in waiting.GetConsumingEnumerable())
        {
            group.Work(learner, work);
        }
    }
}
