using System.Collections.Concurrent;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>
/// As many learners as clients run side by side, over one shared backbone. A client borrows one and writes its tensors into it, so memory does not grow with the number of
/// clients.
/// </summary>
public sealed class LearnerPool : IDisposable
{
    private readonly ConcurrentBag<(Learner Learner, Tape Tape)> free = [];
    private readonly SemaphoreSlim available;
    private readonly (Learner Learner, Tape Tape)[] all;

    /// <summary>Makes <paramref name="count"/> learners with the same adapters.</summary>
    public LearnerPool(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective, int count)
    {
        (Model, Adapters, available) = (model, adapters, new SemaphoreSlim(count));
        all = [.. Enumerable.Range(0, count).Select(_ => Make(model, adapters, objective))];
        foreach (var entry in all)
        {
            free.Add(entry);
        }
    }

    /// <summary>The shared backbone.</summary>
    public LanguageModel Model { get; }

    /// <summary>The adapters every learner has.</summary>
    public IReadOnlyList<IAdapter> Adapters { get; }

    /// <summary>Number of learners.</summary>
    public int Count => all.Length;

    /// <summary>Device memory of the learners' tapes, in bytes.</summary>
    public long ArenaBytes => all.Sum(entry => 4 * entry.Tape.Arena.Capacity);

    /// <summary>Runs work with a borrowed learner on a thread of its own.</summary>
    public async Task<T> RunAsync<T>(Func<Learner, T> work, CancellationToken cancel)
    {
        await available.WaitAsync(cancel).ConfigureAwait(false);
        free.TryTake(out var entry);
        try
        {
            return await Task.Run(() => work(entry.Learner), cancel).ConfigureAwait(false);
        }
        finally
        {
            entry.Tape.Reset();
            free.Add(entry);
            available.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (learner, tape) in all)
        {
            learner.Dispose();
            tape.Dispose();
        }

        available.Dispose();
    }

    private static (Learner Learner, Tape Tape) Make(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective)
    {
        var tape = new Tape(model.Backend);
        return (new Learner(model, adapters, objective, tape), tape);
    }
}
