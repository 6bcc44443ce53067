using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>How much can a client hold or send?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Uniform), "uniform")]
[JsonDerivedType(typeof(Rows), "rows")]
[JsonDerivedType(typeof(Ranks), "ranks")]
[JsonDerivedType(typeof(Promoted), "promoted")]
[JsonDerivedType(typeof(Annealed), "annealed")]
[JsonDerivedType(typeof(Blocks), "blocks")]
[JsonDerivedType(typeof(Units), "units")]
[JsonDerivedType(typeof(Knapsack), "knapsack")]
[JsonDerivedType(typeof(Layers), "layers")]
[JsonDerivedType(typeof(Slots), "slots")]
[JsonDerivedType(typeof(OutputRows), "output_rows")]
[JsonDerivedType(typeof(Entries), "entries")]
[JsonDerivedType(typeof(Pruned), "pruned")]
[JsonDerivedType(typeof(Elastic), "elastic")]
[JsonDerivedType(typeof(Densities), "densities")]
[JsonDerivedType(typeof(Experts), "experts")]
public abstract record Capacity
{
    private Capacity()
    {
    }

    /// <summary>
    /// Of clients by id how many blocks, the last ones, they train and send at most: nothing is kept of the blocks below for the way back (LEGEND, Liu et al. 2024). With
    /// <see cref="Blocks"/> it is how many are drawn. Clients that are not named have what the capacity gives them; null is nobody.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Depths { get; init; }

    /// <summary>
    /// In how many bits a client may keep the weights of its frozen base: 32, 16, 8 or 4. Each has as many of these as its machine's memory has room for beside all else that it
    /// trains with (Fang et al. 2024); a client whose memory is not known, or whose machine says itself how it keeps the base, does not choose. Null is no choice.
    /// </summary>
    public IReadOnlyList<int>? Bits { get; init; }

    /// <summary>Every client holds and sends everything.</summary>
    public sealed record Uniform : Capacity;

    /// <summary>
    /// A client trains every tensor, but of those with one role it sends only some rows (virtual tokens of a prompt, ranks of a lora_A). Needs deltas upwards. A client that
    /// is not named sends everything.
    /// </summary>
    /// <param name="Role">Role of the tensors that are sent in part.</param>
    /// <param name="ByClient">The rows that each named client sends, from 0.</param>
    public sealed record Rows(string Role, IReadOnlyDictionary<string, IReadOnlyList<int>> ByClient) : Capacity;

    /// <summary>
    /// A client has adapters of a rank of its own, at most the adaptation's: it trains and sends the first ranks. Clients in id order take the values one after another, from
    /// the beginning again behind the last; with shares each value is drawn from the seed as often as its share says.
    /// </summary>
    /// <param name="Values">The ranks; null is the adaptation's own, a half, a quarter and an eighth of it.</param>
    /// <param name="Shares">How often each value is drawn, above 0; null deals them out in order.</param>
    /// <param name="ByClient">Ranks of clients by id, before all others.</param>
    /// <param name="Scale">What becomes of alpha / rank.</param>
    /// <param name="Pruning">When a client gives up its last ranks; null is never.</param>
    public sealed record Ranks(
        IReadOnlyList<int>? Values = null,
        IReadOnlyList<double>? Shares = null,
        IReadOnlyDictionary<string, int>? ByClient = null,
        RankScale Scale = RankScale.Common,
        RankPruning? Pruning = null) : Capacity;

    /// <summary>
    /// A client's messages hold a share of the entries of its own in the place of the codec's: upwards, and with <see cref="Dispatch.Slice"/> both ways (the tiers of FLASC, Kuo et
    /// al. 2024, where tier k of K has 4^(k + 1 − K); the head is thinned out like the rest). Clients in id order take the values one after another, from the beginning again behind
    /// the last. Needs <see cref="Selection.Largest"/>.
    /// </summary>
    /// <param name="Values">The shares, above 0 … 1.</param>
    /// <param name="ByClient">Shares of clients by id, before all others.</param>
    public sealed record Densities(IReadOnlyList<double> Values, IReadOnlyDictionary<string, double>? ByClient = null) : Capacity;

    /// <summary>
    /// All clients have a smaller rank in the first round; those who then do best on the rows that they held out have the adaptation's rank from the second on, the others the
    /// smaller one for good (Byun and Lee 2024). Needs <see cref="Report.Losses"/>.
    /// </summary>
    /// <param name="Least">The smaller rank; at most the adaptation's counts.</param>
    /// <param name="Share">Share of the first round's senders that are promoted, 0 … 1, rounded up.</param>
    public sealed record Promoted(int Least = 5, double Share = 0.1) : Capacity
    {
        private const double Rounding = 1e-9;

        /// <summary>How many of so many clients are promoted.</summary>
        public int CountOf(int clients) => Math.Min(clients, (int)Math.Ceiling((Share * clients) - Rounding));
    }

    /// <summary>
    /// All clients have one rank, that of the adaptation at first and less and less from a round on: least + round((rank − least)·(1 − progress)³), as AdaLoRA anneals its
    /// budget (Zhang et al. 2023). Where it falls, the server keeps the best factors of the smaller rank for what it has; the scale stays.
    /// </summary>
    /// <param name="Least">The rank in the end, at most the adaptation's.</param>
    /// <param name="Heating">Rounds at the whole rank.</param>
    /// <param name="Cooling">Rounds in which it falls to the least.</param>
    public sealed record Annealed(int Least = 2, int Heating = 5, int Cooling = 20) : Capacity
    {
        /// <summary>The rank of a round.</summary>
        /// <param name="version">The version that the round starts from.</param>
        /// <param name="largest">The adaptation's rank.</param>
        public int RankAt(int version, int largest)
        {
            var (least, progress) = (Math.Min(Least, largest), Math.Clamp((version + 1 - Heating) / (double)Cooling, 0, 1));
            return least + (int)Math.Round((largest - least) * Math.Pow(1 - progress, 3), MidpointRounding.AwayFromZero);
        }
    }

    /// <summary>
    /// A client trains and sends the tensors of some blocks, drawn anew in every round from (seed, round, client), and those outside the blocks (FedRA, Su et al. 2023).
    /// Clients in id order take the numbers one after another, from the beginning again behind the last.
    /// </summary>
    /// <param name="Counts">How many blocks, each at least 1; more than there are is all.</param>
    /// <param name="Shallow">Whether the client's model is made of these blocks alone, so that it holds and computes no others; they are frozen in it otherwise.</param>
    public sealed record Blocks(IReadOnlyList<int> Counts, bool Shallow = false) : Capacity;

    /// <summary>
    /// The cohort divides the tensors: units (both factors of a LoRA module, or one other tensor) are dealt to its clients in id order, one after another (SPRY, Panchal et al.
    /// 2024). With more clients than units some hold nothing but what is common.
    /// </summary>
    /// <param name="Common">Roles of tensors that every client trains; null is the head.</param>
    public sealed record Units(IReadOnlyList<string>? Common = null) : Capacity
    {
        /// <summary>Roles of tensors that every client trains.</summary>
        public IReadOnlyList<string> Common { get; init; } = Common ?? ["head"];
    }

    /// <summary>
    /// A client trains and sends the units that are worth most to it within its budget, and the tensors outside the blocks. What a unit is worth is the squared norm of its
    /// gradient on a first batch, shared out over all units, and mixed with the mean of what clients reported in earlier rounds (Fed-piLot, Zhang et al. 2024).
    /// </summary>
    /// <param name="Budgets">Shares of what all units cost together, 0 … 1, dealt to clients in id order, from the beginning again behind the last.</param>
    /// <param name="Unit">What a unit is.</param>
    /// <param name="Cost">What it costs to train one.</param>
    /// <param name="Mix">How much the client's own score counts, 0 … 1; the rest is the server's mean.</param>
    /// <param name="ByClient">Budgets of clients by id, before all others.</param>
    public sealed record Knapsack(
        IReadOnlyList<double> Budgets, UnitKind Unit = UnitKind.Block, UnitCost Cost = UnitCost.Depth, double Mix = 0.5, IReadOnlyDictionary<string, double>? ByClient = null) : Capacity;

    /// <summary>
    /// A client trains and sends the units that the server chooses for it in every round within its budget, and the tensors outside the blocks (Sun et al. 2024). Where the rule
    /// needs to know what units mean to clients, these say so in an exchange before they train.
    /// </summary>
    /// <param name="Budgets">Shares of what all units cost together, above 0 … 1, dealt to clients in id order, from the beginning again behind the last; for the cheapest unit it is always enough.</param>
    /// <param name="Rule">How units are chosen; null is by importance and agreement.</param>
    /// <param name="Unit">What a unit is.</param>
    /// <param name="Cost">What it costs to train one.</param>
    /// <param name="ByClient">Budgets of clients by id, before all others.</param>
    public sealed record Layers(
        IReadOnlyList<double> Budgets, LayerRule? Rule = null, UnitKind Unit = UnitKind.Block, UnitCost Cost = UnitCost.One, IReadOnlyDictionary<string, double>? ByClient = null) : Capacity
    {
        /// <summary>How units are chosen.</summary>
        public LayerRule Rule { get; init; } = Rule ?? new LayerRule.Agreed();
    }

    /// <summary>
    /// A client trains and sends some rank slots (a column of B, a row of A) of all LoRA modules together, those that a trial epoch moves most (LoRA-A², Koo et al. 2024).
    /// Clients in id order take the numbers one after another, from the beginning again behind the last.
    /// </summary>
    /// <param name="Values">Slots for each module on the mean; null is the adaptation's rank, a half, a quarter and an eighth of it.</param>
    public sealed record Slots(IReadOnlyList<int>? Values = null) : Capacity;

    /// <summary>
    /// A client trains every tensor, and sends of each LoRA module A and those rows of B that change the module's outputs most: by the squared norm of their rows of BA, of equal
    /// ones the first (FedHFT, Ilhan et al. 2025). Of n rows ⌊n·(1 − share)⌋ stay behind. Clients in id order take the shares one after another, from the beginning again behind
    /// the last.
    /// </summary>
    /// <param name="Shares">Shares of the rows, each above 0 … 1; null is a half.</param>
    public sealed record OutputRows(IReadOnlyList<double>? Shares = null) : Capacity
    {
        /// <summary>Shares of the rows.</summary>
        public IReadOnlyList<double> Shares { get; init; } = Shares ?? [0.5];
    }

    /// <summary>
    /// All clients train and send the same entries of their tensors, drawn once from a seed that all know, so that it is not said in a message which they are (the sparse stage
    /// of SLoRA, Babakniya et al. 2023).
    /// </summary>
    /// <param name="Density">Probability of an entry, above 0 … 1.</param>
    /// <param name="Adapters">The adapters whose tensors are meant, by name; those of others are trained whole. Null is all.</param>
    /// <param name="Seed">From which entries are drawn.</param>
    public sealed record Entries(double Density = 0.01, IReadOnlyList<string>? Adapters = null, long Seed = 0) : Capacity;

    /// <summary>
    /// In its first round a client trains everything and gives up entry after entry, those with the least |value · gradient| summed over batches, until as many are left as a
    /// smaller adapter has; it keeps, trains and sends these alone from then on, the others are zero (PerFIT, Zhang et al. 2024). Which they are is told with every update.
    /// </summary>
    /// <param name="Values">Ranks of adapters with as many entries, dealt to clients in id order, from the beginning again behind the last; at most the adaptation's counts.</param>
    /// <param name="Cuts">In how many steps, each by the same factor, spread evenly over the training.</param>
    public sealed record Pruned(IReadOnlyList<int>? Values = null, int Cuts = 4) : Capacity
    {
        /// <summary>Ranks of adapters with as many entries.</summary>
        public IReadOnlyList<int> Values { get; init; } = Values ?? [8];
    }

    /// <summary>
    /// A client's model has narrower feed-forward networks: the first of their inner units, as many as one of the shares says. Drawn anew in every round from (seed, round,
    /// client), in every network by itself; one client of the cohort, drawn too, has the largest share everywhere and another the smallest (RaFFM, Yu et al. 2023).
    /// </summary>
    /// <param name="Shares">Shares of the units, each above 0 … 1; null is 1, 5/8 and 5/12, which are 3072, 1920 and 1280 of 3072 units.</param>
    /// <param name="ByClient">Shares of clients by id, the same in every network and round, before all others.</param>
    public sealed record Elastic(IReadOnlyList<double>? Shares = null, IReadOnlyDictionary<string, double>? ByClient = null) : Capacity
    {
        /// <summary>Shares of the units.</summary>
        public IReadOnlyList<double> Shares { get; init; } = Shares ?? [1, 5.0 / 8, 5.0 / 12];
    }

    /// <summary>
    /// A client holds some experts of every layer, and what all share. Which ones is decided anew after every round, layer by layer, so that those go to it that its held-out rows
    /// are nearest to: clients tell what experts and router make of these on the mean, and the assignment is the best within the bounds (FedAMoLE, Zhang et al. 2024).
    /// </summary>
    /// <param name="Holders">How many clients hold each expert.</param>
    /// <param name="Least">Fewest experts of a layer that a client holds.</param>
    /// <param name="Most">Most experts of a layer that a client holds.</param>
    public sealed record Experts(int Holders = 2, int Least = 2, int Most = 8) : Capacity;
}

/// <summary>Of which units a client trains some.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnitKind>))]
public enum UnitKind
{
    /// <summary>All tensors of a block.</summary>
    [JsonStringEnumMemberName("block")]
    Block,

    /// <summary>Both factors of a LoRA module, or one other tensor.</summary>
    [JsonStringEnumMemberName("module")]
    Module,
}

/// <summary>What it costs to train a unit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnitCost>))]
public enum UnitCost
{
    /// <summary>The blocks from its own to the last, whose activations are kept: lower units are dearer.</summary>
    [JsonStringEnumMemberName("depth")]
    Depth,

    /// <summary>Its number of values.</summary>
    [JsonStringEnumMemberName("values")]
    Values,

    /// <summary>Every unit the same.</summary>
    [JsonStringEnumMemberName("one")]
    One,
}

/// <summary>
/// A client whose last ranks have lost weight while training keeps ⌊gamma · rank⌋ of them from then on (HETLoRA, Cho et al. 2024). The weight of ranks from ⌊gamma · rank⌋ on is
/// the sum over modules of ‖B[:, those]‖·‖A[those, :]‖.
/// </summary>
/// <param name="Gamma">Share that is kept, above 0 … below 1.</param>
/// <param name="Least">Ranks that are never given up.</param>
public sealed record RankPruning(double Gamma = 0.99, int Least = 1)
{
    /// <summary>The rank below which the tail begins, and to which a client falls.</summary>
    public int TailOf(int rank) => (int)Math.Floor(Gamma * rank);

    /// <summary>The rank after the tail is given up.</summary>
    public int After(int rank) => Math.Min(rank, Math.Max(Least, TailOf(rank)));
}

/// <summary>What a smaller rank makes of a LoRA adapter's scale.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RankScale>))]
public enum RankScale
{
    /// <summary>All ranks have the scale of the largest, so that the first ranks of an adapter mean the same to everyone.</summary>
    [JsonStringEnumMemberName("common")]
    Common,

    /// <summary>alpha is common, so that the scale follows each client's rank; updates can then be joined as products alone.</summary>
    [JsonStringEnumMemberName("by_rank")]
    ByRank,
}
