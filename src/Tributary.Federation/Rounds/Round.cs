using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Paces;

namespace Tributary.Federation.Rounds;

/// <summary>A round while it runs: the parts that hold in it, its cohort, and what has travelled.</summary>
internal sealed class Round(int version, Method method, IReadOnlyList<string> cohort, IReadOnlyDictionary<string, Holding> holdings)
{
    private readonly SortedDictionary<(string Exchange, string Client), Update> updates = [];
    private readonly Dictionary<(string Exchange, string Client), MessageLength> down = [];

    /// <summary>The version it starts from.</summary>
    public int Version => version;

    /// <summary>Its parts, overrides resolved.</summary>
    public Method Method => method;

    /// <summary>Clients that are asked, in id order.</summary>
    public IReadOnlyList<string> Cohort => cohort;

    /// <summary>What a client of the cohort holds.</summary>
    public Holding HoldingOf(string client) => holdings[client];

    /// <summary>Whether an answer may count.</summary>
    public bool Accepts(OrderKey key) => PaceRules.Accepts(method.Pace, version, key.Version) && holdings.ContainsKey(key.Client);

    /// <summary>Whether enough answers to an exchange are there.</summary>
    public bool IsComplete(string exchange) => PaceRules.IsComplete(method.Pace, cohort.Count, Updates(exchange).Count);

    /// <summary>Notes what a client of an exchange downloads.</summary>
    public void Sent(string exchange, string client, MessageLength length) => down[(exchange, client)] = length;

    /// <summary>Notes an update.</summary>
    public void Add(Update update) => updates[(update.Exchange, update.Client)] = update;

    /// <summary>Whether a client has answered.</summary>
    public bool Has(string exchange, string client) => updates.ContainsKey((exchange, client));

    /// <summary>The updates of an exchange, in client-id order.</summary>
    public IReadOnlyList<Update> Updates(string exchange) =>
        [.. updates.Values.Where(update => update.Exchange == exchange).OrderBy(update => update.Client, StringComparer.Ordinal)];

    /// <summary>What travelled, in exchange and id order.</summary>
    public IReadOnlyList<Traffic> Traffic() => !CohortRules.Travels(method.Cohort) ? [] :
        [.. from sent in down.OrderBy(sent => sent.Key.Exchange, StringComparer.Ordinal).ThenBy(sent => sent.Key.Client, StringComparer.Ordinal)
            let up = updates.TryGetValue(sent.Key, out var update) ? update.Up : default
            select new Traffic(sent.Key.Client, sent.Key.Exchange, up, sent.Value)];

    /// <summary>Mean of training losses weighted by examples.</summary>
    public double TrainLoss(string exchange)
    {
        var all = Updates(exchange);
        return all.Sum(update => update.Examples * update.TrainLoss) / all.Sum(update => update.Examples);
    }
}
