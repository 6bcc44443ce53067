using System.Globalization;
using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Parts.Experts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>What each <see cref="Capacity"/> lets a client hold and send, in one place.</summary>
public static class CapacityRules
{
    /// <summary>What a client holds in a round.</summary>
    /// <param name="method">The parts that hold in the round.</param>
    /// <param name="client">The client.</param>
    /// <param name="clients">All clients, in id order.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="known">What the server's state keeps of clients, see <see cref="Learned"/>.</param>
    /// <param name="version">The version the round starts from.</param>
    /// <param name="cohort">The round's clients, in id order.</param>
    /// <param name="layout">What the run trains.</param>
    public static Holding HoldingOf(
        Method method, string client, IReadOnlyList<string> clients, long seed, MessageBody known, int version, IReadOnlyList<string> cohort, TensorLayout layout) =>
        OfCut(method.LocalProgram.Cut, client, clients, layout, OfDepth(method.Capacity, client, layout, method.Capacity switch
    {
        Capacity.Uniform or Capacity.Rows or Capacity.Entries => Holding.Everything,
        Capacity.Pruned pruned => new Holding { Entries = EntriesOf(layout, Dealt(pruned.Values, clients, client)) },
        Capacity.Knapsack knapsack => new Holding(Budget: Share(knapsack.Budgets, knapsack.ByClient, clients, client)),
        Capacity.Layers layers => LayerRules.HoldingOf(layers, method, Share(layers.Budgets, layers.ByClient, clients, client), client, version, seed, layout),
        Capacity.Slots slots => new Holding(Slots: Dealt(SlotsOf(slots, method.Adaptation.LargestRank), clients, client)),
        Capacity.Densities densities => new Holding { Density = Share(densities.Values, densities.ByClient, clients, client) },
        Capacity.OutputRows rows => new Holding { RowShare = rows.Shares[Place(clients, client) % rows.Shares.Count] },
        Capacity.Ranks ranks => OfRank((int)Math.Min(RankOf(ranks, method.Adaptation.LargestRank, client, clients, seed), known.Numbers.GetValueOrDefault(KnownRank(client), int.MaxValue)), method.Adaptation.LargestRank),
        Capacity.Promoted promoted => OfRank((int)known.Numbers.GetValueOrDefault(KnownRank(client), promoted.Least), method.Adaptation.LargestRank),
        Capacity.Annealed annealed => OfRank(annealed.RankAt(version, method.Adaptation.LargestRank), method.Adaptation.LargestRank),
        Capacity.Blocks blocks => OfBlocks(blocks, KeysOf(layout), blocks.Depths?.TryGetValue(client, out var count) == true ? count : blocks.Counts[Place(clients, client) % blocks.Counts.Count], client, version, seed),
        Capacity.Elastic elastic => SubNetworks.HoldingOf(elastic, client, cohort, version, seed, layout),
        Capacity.Units units => new Holding(Tensors: TensorShares.OfUnits(KeysOf(layout), method.Adaptation, units.Common, Place(cohort, client), cohort.Count)),
        Capacity.Experts experts => ExpertRules.HoldingOf(experts, Place(clients, client), clients.Count, seed, known.Section(ExpertRules.Holders), layout),
        _ => throw new ArgumentException($"unknown capacity {method.Capacity}"),
    }));

    /// <summary>The units of which clients score and choose some; null where they do not.</summary>
    public static TensorUnits? UnitsOf(Method method, TensorLayout layout) =>
        method.Capacity is Capacity.Knapsack knapsack ? TensorUnits.Of(layout, method.Adaptation, knapsack.Unit) : null;

    /// <summary>
    /// The state with what updates tell of their senders' capacity: ranks that they gave up, or to which the first round promotes them, and what units are worth, of earlier
    /// rounds half.
    /// </summary>
    /// <param name="state">The state after the server's step.</param>
    /// <param name="updates">The round's updates.</param>
    public static ServerState Learned(ServerState state, WeighedUpdates updates)
    {
        var (contents, method) = (updates.Contents, updates.Contents.Method);
        if (method.Capacity is Capacity.Promoted promoted)
        {
            return Promotion.After(promoted, state, contents, method.Adaptation.LargestRank);
        }

        if (UnitsOf(method, state.Layout) is { } units)
        {
            var fold = new UpdateFold(contents.Source, MessageBody.Scores, new LinearSum(), (_, _) => 1, (senders, _) => senders);
            var (mean, before) = (fold.Join(units.ScoreLayout, ParameterSet.Empty), state.Body.Section(MessageBody.Scores));
            return state.WithSection(MessageBody.Scores, new ParameterSet(mean.Select(now => before.TryGet(now.Key, out var then) ? Half(now, then) : now)));
        }

        if (method.Capacity is Capacity.Annealed annealed && RankAfter(annealed, method, state.Version) is { } less)
        {
            return state.WithModel(state.Model.ReplacedBy(RankCut.Of(state.Model, method.Adaptation, less)));
        }

        if (method.Capacity is Capacity.Experts experts)
        {
            return ExpertRules.Learned(experts, state, contents);
        }

        foreach (var update in method.Capacity is Capacity.Ranks { Pruning: not null } ? contents.Updates : [])
        {
            if (update.Numbers.TryGetValue(Update.RankNumber, out var rank) && rank >= 1)
            {
                var name = KnownRank(update.Client);
                state = state with { Body = state.Body.WithNumber(name, Math.Min(rank, state.Body.Numbers.GetValueOrDefault(name, int.MaxValue))) };
            }
        }

        return state;
    }

    /// <summary>What was measured in a round, and what its updates tell of their senders' capacity: rank slots of which half is lost, summed.</summary>
    public static IReadOnlyDictionary<string, double> WithMetrics(Capacity capacity, IReadOnlyDictionary<string, double> metrics, IReadOnlyList<Update> updates) => capacity is not Capacity.Pruned
        ? metrics
        : new SortedDictionary<string, double>(metrics.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            [EntryPruning.DeadSlotsNumber] = updates.Sum(update => update.Numbers.GetValueOrDefault(EntryPruning.DeadSlotsNumber)),
        };

    // The next round's rank where it is smaller.
    private static int? RankAfter(Capacity.Annealed annealed, Method method, int version) =>
        annealed.RankAt(version + 1, method.Adaptation.LargestRank) is var next && next < annealed.RankAt(version, method.Adaptation.LargestRank) ? next : null;

    private static HostTensor Half(HostTensor now, HostTensor then) => now with { Values = [.. now.Values.Zip(then.Values, (a, b) => (a + b) / 2)] };

    /// <summary>The name under which the server keeps a client's rank.</summary>
    public static string KnownRank(string client) => "rank/" + client;

    /// <summary>The rank that a client has after training; null when its capacity does not change.</summary>
    public static int? RankAfter(Method method, ParameterSet before, ParameterSet after)
    {
        if (method.Capacity is not Capacity.Ranks { Pruning: { } pruning })
        {
            return null;
        }

        var pairs = LoraPair.Among(after.Select(tensor => tensor.Key), method.Adaptation);
        var rank = pairs.Max(pair => after[pair.A].Shape[0]);
        return TailOf(after) < TailOf(before) ? pruning.After(rank) : rank;

        double TailOf(ParameterSet set) => pairs.Sum(pair => TailWeight(set[pair.A], set[pair.B], pruning));
    }

    private static double TailWeight(HostTensor a, HostTensor b, RankPruning pruning)
    {
        var (left, right) = (LoraPair.Matrix(b), LoraPair.Matrix(a));
        var (columns, rows) = (0.0, 0.0);
        for (var k = pruning.TailOf(right.Rows); k < right.Rows; k++)
        {
            for (var i = 0; i < left.Rows; i++)
            {
                columns += left[i, k] * left[i, k];
            }

            foreach (var value in right.Row(k))
            {
                rows += value * value;
            }
        }

        return Math.Sqrt(columns) * Math.Sqrt(rows);
    }

    /// <summary>The ranks that clients may have, the adaptation's own first when no others are named.</summary>
    public static IReadOnlyList<int> RanksOf(Capacity.Ranks ranks, int largest) =>
        ranks.Values ?? Halved(largest);

    /// <summary>How many slots of each module clients may send on the mean.</summary>
    public static IReadOnlyList<int> SlotsOf(Capacity.Slots slots, int largest) => slots.Values ?? Halved(largest);

    /// <summary>The adapters of a client with that holding.</summary>
    public static AdapterConfig Adaptation(Method method, Holding holding) =>
        (method.Capacity, method.Adaptation) is (Capacity.Experts, LoraExpertsConfig experts) ? experts with { Held = holding.Tensors }
        : holding.Shapes is { } shapes ? method.Adaptation.Narrowed(shapes)
        : holding.Rank is { } rank ? method.Adaptation.AtRank(rank, keepScale: method.Capacity is not Capacity.Ranks { Scale: RankScale.ByRank })
        : method.Adaptation;

    /// <summary>The adapters of a client with that holding where they are not those that all agreed on; null where they are.</summary>
    public static AdapterConfig? OwnAdaptation(Method method, Holding holding) => holding is { Rank: null, Shapes: null } && method.Capacity is not Capacity.Experts ? null : Adaptation(method, holding);

    /// <summary>Of these tensors what the model of a client with that holding has.</summary>
    public static ParameterSet OfModel(Method method, Holding holding, ParameterSet set) => method.Capacity is Capacity.Experts ? holding.Received(set) : holding.Narrowed(set);

    /// <summary>Of a layout what the model of a client with that holding has.</summary>
    public static TensorLayout OfModel(Method method, Holding holding, TensorLayout layout) => method.Capacity is Capacity.Experts ? holding.Received(layout) : holding.Narrowed(layout);

    /// <summary>The entries of tensors that alone are trained and travel both ways, where all know them.</summary>
    public static IReadOnlyDictionary<TensorKey, TensorPart> AgreedOf(Capacity capacity, TensorLayout layout) =>
        capacity is Capacity.Entries entries ? EntryDraw.Of(entries, layout) : new Dictionary<TensorKey, TensorPart>();

    /// <summary>The rows or entries of these tensors that a client sends; a tensor that is not named is sent whole.</summary>
    /// <param name="method">The parts that hold in the round.</param>
    /// <param name="client">The client.</param>
    /// <param name="holding">What it holds.</param>
    /// <param name="tensors">What it could send.</param>
    /// <exception cref="Numerics.InputException">A row is not one of its tensor's.</exception>
    public static IReadOnlyDictionary<TensorKey, TensorPart> PartsOf(Method method, string client, Holding holding, ParameterSet tensors) =>
        holding.RowShare is { } share ? OutputRows.Of(tensors, method.Adaptation, share)
        : method.Capacity is Capacity.Entries ? AgreedOf(method.Capacity, TensorLayout.Of(tensors))
        : method.Capacity is Capacity.Rows rows && rows.ByClient.TryGetValue(client, out var sent)
            ? tensors.Where(tensor => tensor.Key.Role == rows.Role && tensor.Shape.Length > 1)
                .ToDictionary(tensor => tensor.Key, tensor => TensorPart.Rows(tensor.Shape, Marks.Of(tensor.Shape[0], sent)))
            : new Dictionary<TensorKey, TensorPart>();

    /// <summary>A name that tells holdings apart.</summary>
    public static string NameOf(Holding holding) => (holding.Rank, holding.Tensors) switch
    {
        _ when holding.Fixed is { } others => string.Create(CultureInfo.InvariantCulture, $"{NameOf(holding with { Fixed = null })}-less-{PhiloxStream.Hash(string.Join('\n', others)):x16}"),
        _ when holding.Shapes is { } shapes => string.Create(CultureInfo.InvariantCulture, $"slice-{PhiloxStream.Hash(string.Join('\n', shapes.Select(shape => $"{shape.Key} {string.Join('x', shape.Value)}"))):x16}"),
        (null, null) when holding.Slots is { } slots => string.Create(CultureInfo.InvariantCulture, $"slots-{slots}"),
        (null, null) when holding.Density is { } density => string.Create(CultureInfo.InvariantCulture, $"density-{density:R}"),
        (null, null) when holding.RowShare is { } share => string.Create(CultureInfo.InvariantCulture, $"rows-{share:R}"),
        (null, null) when holding.Entries is { } entries => string.Create(CultureInfo.InvariantCulture, $"entries-{entries}"),
        (null, null) when holding.Budget is { } budget => string.Create(CultureInfo.InvariantCulture, $"budget-{budget:R}"),
        ({ } rank, _) => string.Create(CultureInfo.InvariantCulture, $"rank-{rank}"),
        (_, { } tensors) => string.Create(CultureInfo.InvariantCulture, $"part-{PhiloxStream.Hash(string.Join('\n', tensors)):x16}"),
        _ => "all",
    };

    private static int[] Halved(int largest) => [largest, Math.Max(1, largest / 2), Math.Max(1, largest / 4), Math.Max(1, largest / 8)];

    private static TensorKey[] KeysOf(TensorLayout layout) => [.. layout.Tensors.Select(tensor => tensor.Key)];

    private static Holding OfBlocks(Capacity.Blocks blocks, TensorKey[] keys, int count, string client, int version, long seed)
    {
        var drawn = TensorShares.Draw(keys, count, client, version, seed);
        return new Holding(Tensors: TensorShares.OfBlocks(keys, drawn), LeftOut: blocks.Shallow ? [.. TensorShares.BlocksOf(keys).Except(drawn)] : null);
    }

    private static Holding OfDepth(Capacity capacity, string client, TensorLayout layout, Holding holding) =>
        capacity is not Capacity.Blocks && capacity.Depths?.TryGetValue(client, out var depth) == true && TensorShares.Below(KeysOf(layout), depth) is { Count: > 0 } below
            ? holding with { Fixed = below }
            : holding;

    private static Holding OfCut(Cut? cut, string client, IReadOnlyList<string> clients, TensorLayout layout, Holding holding) =>
        cut is null ? holding : CutRules.Below(CutRules.DepthOf(cut, client, Place(clients, client)), layout, holding);

    private static Holding OfRank(int rank, int largest) => rank >= largest ? Holding.Everything : new Holding(rank);

    private static int RankOf(Capacity.Ranks ranks, int largest, string client, IReadOnlyList<string> clients, long seed)
    {
        if (ranks.ByClient?.TryGetValue(client, out var own) == true)
        {
            return own;
        }

        var values = RanksOf(ranks, largest);
        if (ranks.Shares is not { } shares)
        {
            return values[Place(clients, client) % values.Count];
        }

        var drawn = PhiloxStream.Root(seed).Child("ranks").Child(client).Sequence().UniformDouble() * shares.Sum();
        for (var i = 0; i < values.Count - 1; i++)
        {
            drawn -= shares[i];
            if (drawn < 0)
            {
                return values[i];
            }
        }

        return values[^1];
    }

    private static int? EntriesOf(TensorLayout layout, int rank) => layout.AtRank(rank).Elements is var entries && entries < layout.Elements ? checked((int)entries) : null;

    private static int Dealt(IReadOnlyList<int> values, IReadOnlyList<string> clients, string client) => values[Place(clients, client) % values.Count];

    private static double Share(IReadOnlyList<double> budgets, IReadOnlyDictionary<string, double>? byClient, IReadOnlyList<string> clients, string client) =>
        byClient?.TryGetValue(client, out var own) == true ? own : budgets[Place(clients, client) % budgets.Count];

    private static int Place(IReadOnlyList<string> clients, string client)
    {
        var (low, high) = (0, clients.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(clients[middle], client) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
