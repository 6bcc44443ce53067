using Tributary.Federation.Rounds;

namespace Tributary.Federation.Parts.Paces;

/// <summary>Work that ends at known times: a clock that jumps from one end to the next. Of equal times the client that comes first by id is first.</summary>
/// <param name="now">Where the clock stands, in seconds.</param>
public sealed class ArrivalQueue(double now = 0)
{
    private readonly SortedDictionary<(double At, string Client, int Version), OrderKey> waiting = new(Comparer<(double At, string Client, int Version)>.Create(
        (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Client != b.Client ? string.CompareOrdinal(a.Client, b.Client) : a.Version.CompareTo(b.Version)));

    /// <summary>Where the clock stands.</summary>
    public double Now => now;

    /// <summary>Work that has not ended.</summary>
    public IEnumerable<OrderKey> Waiting => waiting.Values;

    /// <summary>Work that ended no later than the clock stands.</summary>
    public IEnumerable<OrderKey> Arrived => waiting.TakeWhile(work => work.Key.At <= now).Select(work => work.Value);

    /// <summary>The work that ends next.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public OrderKey First => waiting.First().Value;

    /// <summary>Adds work that ends at a time, in seconds.</summary>
    public void Add(OrderKey key, double at) => waiting.Add((at, key.Client, key.Version), key);

    /// <summary>Lets the work that ends next end so many seconds later.</summary>
    public void DelayFirst(double seconds)
    {
        var (place, key) = waiting.First();
        waiting.Remove(place);
        Add(key, place.At + seconds);
    }

    /// <summary>Takes the work that ends next, and when.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public (OrderKey Key, double At) Next()
    {
        var (place, key) = waiting.First();
        waiting.Remove(place);
        now = place.At;
        return (key, now);
    }

    /// <summary>Calls off what started from a version up to this one.</summary>
    public void CallOff(int version)
    {
        foreach (var place in waiting.Keys.Where(place => place.Version <= version).ToArray())
        {
            waiting.Remove(place);
        }
    }
}
