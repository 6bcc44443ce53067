using Tributary.Federation.Rounds;

namespace Tributary.Coordinator.Work;

/// <summary>Work that waits for a site, or that the site has under a lease.</summary>
/// <param name="work">The order and its body.</param>
/// <param name="pool">The run that wants it done.</param>
public sealed class Posting(Dispatched work, RemotePool pool)
{
    /// <summary>The order and its body.</summary>
    public Dispatched Work => work;

    /// <summary>The run that wants it done.</summary>
    public RemotePool Pool => pool;

    /// <summary>Which piece of work.</summary>
    public OrderKey Key => work.Order.Key;

    /// <summary>Name of the lease; empty before the first.</summary>
    public string Lease { get; private set; } = "";

    private string Agent { get; set; } = "";

    private DateTimeOffset Until { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Whether an agent may have it: nobody else holds it.</summary>
    public bool IsFreeFor(string agent, DateTimeOffset now) => agent == Agent || Until <= now;

    /// <summary>Whether an agent works on it.</summary>
    public bool IsHeld(DateTimeOffset now) => Until > now;

    /// <summary>When whoever holds it must have renewed.</summary>
    public DateTimeOffset FreeAt => Until;

    /// <summary>Gives it to an agent.</summary>
    public void LeaseTo(string agent, string lease, DateTimeOffset until) => (Agent, Lease, Until) = (agent, lease, until);

    /// <summary>Prolongs a lease; false when it is another's by now.</summary>
    public bool Renew(string lease, DateTimeOffset until)
    {
        if (lease != Lease)
        {
            return false;
        }

        Until = until;
        return true;
    }

    /// <summary>Ends a lease early.</summary>
    public void Release(string lease)
    {
        if (lease == Lease)
        {
            Until = DateTimeOffset.MinValue;
        }
    }
}
