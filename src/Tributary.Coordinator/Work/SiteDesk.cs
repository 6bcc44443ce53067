using System.Security.Cryptography;
using Tributary.Federation.Rounds;

namespace Tributary.Coordinator.Work;

/// <summary>What one site is asked to do, in all runs. Its agents wait here for work.</summary>
public sealed class SiteDesk(TimeProvider time)
{
    /// <summary>How long a lease holds unless it is renewed.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly List<Posting> postings = [];
    private TaskCompletionSource changed = New();

    /// <summary>When an agent of the site last asked for work or renewed a lease.</summary>
    public DateTimeOffset? Seen { get; private set; }

    /// <summary>Whether an agent of the site works.</summary>
    public bool IsWorking
    {
        get
        {
            lock (gate)
            {
                return postings.Exists(posting => posting.IsHeld(time.GetUtcNow()));
            }
        }
    }

    /// <summary>Adds work; a waiting agent gets it.</summary>
    public void Post(Posting posting)
    {
        lock (gate)
        {
            postings.RemoveAll(old => old.Key == posting.Key);
            postings.Add(posting);
            Wake();
        }
    }

    /// <summary>Takes work back that nobody wants any more.</summary>
    public void Withdraw(Predicate<OrderKey> isUnwanted)
    {
        lock (gate)
        {
            postings.RemoveAll(posting => isUnwanted(posting.Key));
        }
    }

    /// <summary>The posting of a piece of work; null when it is not wanted.</summary>
    public Posting? Find(OrderKey key)
    {
        lock (gate)
        {
            return postings.Find(posting => posting.Key == key);
        }
    }

    /// <summary>Waits for work that is not another agent's.</summary>
    /// <param name="agent">The name that the agent gave itself.</param>
    /// <param name="wait">How long at most.</param>
    /// <param name="cancellation">The agent is gone.</param>
    /// <returns>The oldest work; null when there was none in that time.</returns>
    public async Task<Posting?> TakeAsync(string agent, TimeSpan wait, CancellationToken cancellation)
    {
        var end = time.GetUtcNow() + wait;
        while (true)
        {
            Task change;
            DateTimeOffset now, next;
            lock (gate)
            {
                Seen = now = time.GetUtcNow();
                if (postings.Find(posting => posting.IsFreeFor(agent, now)) is { } free)
                {
                    free.LeaseTo(agent, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), now + LeaseTime);
                    return free;
                }

                change = changed.Task;
                next = postings.Select(posting => posting.FreeAt).Append(end).Min();
            }

            if (now >= end)
            {
                return null;
            }

            try
            {
                await change.WaitAsync(next > now ? next - now : TimeSpan.Zero, time, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // A lease has ended, or the time is up: look again.
            }
        }
    }

    /// <summary>Prolongs a lease; null when the work is not wanted any more or has become another agent's.</summary>
    public Posting? Renew(string lease)
    {
        lock (gate)
        {
            Seen = time.GetUtcNow();
            return postings.Find(posting => posting.Renew(lease, time.GetUtcNow() + LeaseTime));
        }
    }

    /// <summary>Ends a lease early: the agent cannot do the work.</summary>
    public void Release(string lease)
    {
        lock (gate)
        {
            postings.ForEach(posting => posting.Release(lease));
            Wake();
        }
    }

    // Continuations run elsewhere: nobody who waits goes on under this lock.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake()
    {
        var before = changed;
        changed = New();
        before.SetResult();
    }
}
