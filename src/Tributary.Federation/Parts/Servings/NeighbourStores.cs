using Tributary.Federation.State;

namespace Tributary.Federation.Parts.Servings;

/// <summary>
/// The stores of clients at one state of the server: each is made once and kept while there is room, until another state is asked for. A store is a function of state and samples, so
/// what is kept changes no result.
/// </summary>
/// <param name="mostBytes">Room for all of them; what does not fit is made anew each time.</param>
public sealed class NeighbourStores(long mostBytes = NeighbourStores.MostBytes)
{
    /// <summary>Room unless said otherwise, in bytes.</summary>
    public const long MostBytes = 256_000_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, NeighbourStore> stores = new(StringComparer.Ordinal);
    private ServerState? kept;
    private long bytes;

    /// <summary>A client's store at a state; the very object, because one state may be given another model.</summary>
    public NeighbourStore Of(ServerState state, string client, Func<NeighbourStore> make)
    {
        lock (gate)
        {
            if (!ReferenceEquals(kept, state))
            {
                stores.Clear();
                (kept, bytes) = (state, 0);
            }

            if (stores.TryGetValue(client, out var known))
            {
                return known;
            }
        }

        var made = make();
        lock (gate)
        {
            if (ReferenceEquals(kept, state) && bytes + made.Bytes <= mostBytes && stores.TryAdd(client, made))
            {
                bytes += made.Bytes;
            }
        }

        return made;
    }
}
