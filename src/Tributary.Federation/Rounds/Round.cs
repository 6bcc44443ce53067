using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.State;

namespace Tributary.Federation.Rounds;

/// <summary>A round while it runs: the parts that hold in it, whom it asks, and what has travelled.</summary>
/// <param name="version">The version it starts from.</param>
/// <param name="method">Its parts, overrides resolved.</param>
/// <param name="drawn">The cohort in id order; all clients where they are asked one after another.</param>
/// <param name="holdingOf">What a client holds.</param>
internal sealed class Round(int version, Method method, IReadOnlyList<string> drawn, Func<string, Holding> holdingOf)
{
    private readonly SortedDictionary<(string Exchange, string Client, int Version), Update> updates = [];
    private readonly SortedDictionary<(string Exchange, string Client), MessageLength> down = [];
    private readonly Dictionary<string, HashSet<string>> asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Holding> holdings = new(StringComparer.Ordinal);

    /// <summary>The version it starts from.</summary>
    public int Version => version;

    /// <summary>Its parts, overrides resolved.</summary>
    public Method Method => method;

    /// <summary>Clients that are asked, in id order.</summary>
    public IReadOnlyList<string> Cohort => PaceRules.Overlaps(method.Pace) ? [.. down.Keys.Select(sent => sent.Client).Distinct(StringComparer.Ordinal)] : drawn;

    /// <summary>Its exchanges, one after another.</summary>
    public IReadOnlyList<Exchange> Exchanges { get; } = Exchange.Of(method);

    /// <summary>Bodies that were written in it, by exchange and name, with their lengths.</summary>
    public Dictionary<(Exchange Exchange, string Body), MessageLength> Written { get; } = [];

    /// <summary>What a client holds.</summary>
    public Holding HoldingOf(string client) => holdings.TryGetValue(client, out var known) ? known : holdings[client] = holdingOf(client);

    /// <summary>What a client holds from now on.</summary>
    public void Choose(string client, Holding holding) => holdings[client] = holding;

    /// <summary>Whether enough answers to an exchange are there.</summary>
    public bool IsComplete(string exchange) => PaceRules.IsComplete(method.Pace, drawn.Count, updates.Keys.Count(key => key.Exchange == exchange));

    /// <summary>What a store knows of an exchange of the round already.</summary>
    public void TakeUp(IRunStore store, string exchange)
    {
        foreach (var flight in store.Sent(exchange))
        {
            Sent(flight);
        }

        foreach (var update in store.Updates(exchange))
        {
            Add(update);
        }
    }

    /// <summary>Clients that were asked in an exchange.</summary>
    public HashSet<string> Asked(string exchange) => asked.TryGetValue(exchange, out var clients) ? clients : asked[exchange] = new(StringComparer.Ordinal);

    /// <summary>Notes that a client was asked.</summary>
    public void Sent(Flight flight)
    {
        down[(flight.Exchange, flight.Client)] = flight.Down;
        Asked(flight.Exchange).Add(flight.Client);
    }

    /// <summary>Notes an update.</summary>
    public void Add(Update update) => updates[(update.Exchange, update.Client, update.Version)] = update;

    /// <summary>The updates of an exchange, in client-id order.</summary>
    public IReadOnlyList<Update> Updates(string exchange) =>
        [.. updates.Values.Where(update => update.Exchange == exchange).OrderBy(update => update.Client, StringComparer.Ordinal).ThenBy(update => update.Version)];

    /// <summary>What travelled, in exchange and id order; updates count where they arrive.</summary>
    public IReadOnlyList<Traffic> Traffic()
    {
        if (!CohortRules.Travels(method.Cohort))
        {
            return [];
        }

        var up = updates.Values.ToLookup(update => (update.Exchange, update.Client), update => update.Up);
        var asked = updates.Values.Where(update => update.Asked is not null).Select(update => new Traffic(update.Client, Rounds.Asked.Name, update.Asked!.Up, update.Asked.Down));
        return [.. asked, .. down.Keys.Union(up.Select(sender => sender.Key)).OrderBy(key => key.Exchange, StringComparer.Ordinal).ThenBy(key => key.Client, StringComparer.Ordinal)
            .Select(key => new Traffic(key.Client, key.Exchange, up[key].Aggregate(default(MessageLength), (sum, length) => sum + length), down.GetValueOrDefault(key)))];
    }

    /// <summary>Mean of training losses weighted by examples.</summary>
    public double TrainLoss(string exchange)
    {
        var all = Updates(exchange);
        return all.Sum(update => update.Examples * update.TrainLoss) / all.Sum(update => update.Examples);
    }
}
