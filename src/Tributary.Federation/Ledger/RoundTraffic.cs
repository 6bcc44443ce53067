using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Banks;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Clusters;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Dispatches;
using Tributary.Federation.Parts.Experts;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Parts.ClassTables;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Ledger;

/// <summary>Counts the bytes of round after round: the most that can travel, or the least, where lengths depend on data.</summary>
/// <param name="plan">The run.</param>
/// <param name="initial">The model before it.</param>
/// <param name="least">Whether clients give up ranks whenever they could, and select what is shortest.</param>
/// <param name="asked">What a client asks in its steps, given the version that its round starts from; null is nothing.</param>
internal sealed class RoundTraffic(RunPlan plan, ParameterSet initial, bool least, Func<string, int, TrafficSum>? asked = null)
{
    // In the header, of a tensor's name and places: more or fewer with another choice of equal size.
    private const int Digits = 16;

    private readonly RankPruning? gaveUp = least && plan.Method.Capacity is Capacity.Ranks ranks ? ranks.Pruning : null;
    private readonly HashSet<string> heard = new(StringComparer.Ordinal);
    private readonly Dictionary<(Sharing, LocalProgram, Codec, Capacity, Dispatch, string, long, bool), (MessageLength Up, MessageLength Down)> lengths = [];
    private int? promoted;
    private readonly ArrivalQueue working = new();
    private ServerState state = RoundStep.First(plan, initial);

    /// <summary>Numbers in the updates of base weights after the rounds so far.</summary>
    public long BaseElements => state.Base.Elements;

    /// <summary>The next round and its bytes.</summary>
    /// <param name="played">Who is asked and who answers; null is by the clock that the run will have, where lengths depend on data by these.</param>
    public (Round Round, Played Played, TrafficSum Bytes, IReadOnlyList<TrafficSum> Each) Next(Played? played = null)
    {
        var round = RoundStep.Open(plan, Assumed());
        played ??= PaceRules.Overlaps(round.Method.Pace) ? Overlapping(round) : new Played(round.Cohort, Fastest(round));
        var (sent, answered) = played;
        var sum = !CohortRules.Travels(round.Method.Cohort) ? default : new TrafficSum(
            answered.Aggregate(default(MessageLength), (all, client) => all + LengthOf(round, client, round.HoldingOf(client)).Up),
            sent.Aggregate(default(MessageLength), (all, client) => all + LengthOf(round, client, round.HoldingOf(client)).Down));
        sum = answered.Aggregate(sum, (all, client) => all + (asked?.Invoke(client, round.Version) ?? default));
        TrafficSum[] each = CohortRules.Travels(round.Method.Cohort) ? [.. sent.Select(client => EachOf(round, client))] : [];
        heard.UnionWith(sent);
        state = After(round) with { Version = state.Version + 1 };
        return (round, played, sum, each);
    }

    // After the first round it is known how much all hold together, but not who holds what.
    private TrafficSum EachOf(Round round, string client)
    {
        var holding = state.Version > 0 && round.Method.Capacity is Capacity.Experts experts ? ExpertRules.Extreme(experts, plan.Layout, least) : round.HoldingOf(client);
        var (up, down) = LengthOf(round, client, holding);
        return new TrafficSum(up, down) + (asked?.Invoke(client, round.Version) ?? default);
    }

    private string[] Fastest(Round round) =>
        [.. round.Cohort.OrderBy(client => ArrivalOf(round, client, 0)).Take(PaceRules.Awaited(round.Method.Pace, round.Cohort.Count))];

    // When a client answers that is asked at a time, added up as the run does.
    private double ArrivalOf(Round round, string client, double at)
    {
        var times = plan.AnswerTimes;
        if (!times.CountsBytes(client))
        {
            return at + times.Done(client, round.Version, default);
        }

        var (up, down) = LengthOf(round, client, round.HoldingOf(client));
        return at + times.Done(client, round.Version, down) + times.OnTheWire(client, new TrafficSum(up, default) + (asked?.Invoke(client, round.Version) ?? default));
    }

    private Played Overlapping(Round round)
    {
        var (sent, answered) = (new List<string>(), new List<string>());
        while (!PaceRules.IsComplete(round.Method.Pace, plan.Clients.Count, answered.Count))
        {
            var busy = working.Waiting.Select(key => key.Client).ToHashSet(StringComparer.Ordinal);
            var next = PaceRules.Refill(round.Method, plan.Clients, busy, sent.ToHashSet(StringComparer.Ordinal), plan.Seed, round.Version, working.Arrived.Any());
            foreach (var client in next)
            {
                working.Add(new OrderKey(plan.Run, round.Version, Exchange.Train.Name, client), ArrivalOf(round, client, working.Now));
                sent.Add(client);
            }

            answered.Add(working.Next().Key.Client);
        }

        working.CallOff(round.Version - PaceRules.MostStale(round.Method.Pace));
        return new Played(sent, answered);
    }

    // Who is promoted is not known, only how many: as many of the cohort as can be, or as few.
    private ServerState Assumed()
    {
        if (promoted is not { } count)
        {
            return state;
        }

        var cohort = CohortRules.Draw(plan.Method.At(state.Version + 1).Cohort, plan.Clients, plan.Seed, state.Version);
        var others = plan.Clients.Except(cohort, StringComparer.Ordinal);
        var likely = least ? others.Concat(cohort.Reverse()) : cohort.Concat(others);
        return Promotion.Of(state, likely.Take(count), plan.Method.Adaptation.LargestRank);
    }

    // The server's control variates and scores begin with the first answers, as does what they add to the base; ranks are known from them.
    private ServerState After(Round round)
    {
        var next = state;
        if (LocalProgramRunner.UsesControl(round.Method.LocalProgram) && ServerRules.KeepsControl(round.Method.ServerStep))
        {
            next = next.WithSection(MessageBody.Control, next.Body.Section(MessageBody.Control).MergedWith(LocalProgramRunner.SentOf(round.Method, next.Model)));
        }

        if (CapacityRules.UnitsOf(round.Method, plan.Layout) is { } units)
        {
            next = next.WithSection(MessageBody.Scores, units.NoScores);
        }

        if (ServerRules.ChangesBase(round.Method.ServerStep))
        {
            next = next.WithRoom(plan.Layout, LoraPair.Among(plan.Layout.Tensors.Select(tensor => tensor.Key), round.Method.Adaptation), pair => RanksAdded(round, pair));
        }

        promoted ??= round.Method.Capacity is Capacity.Promoted capacity ? capacity.CountOf(PaceRules.Awaited(round.Method.Pace, round.Cohort.Count)) : null;
        next = ClusterRules.WithRoom(round.Method, next);
        foreach (var (section, layout) in round.Method.Combine is Combine.Bank ? ClassTableRules.Layouts(round.Method.LocalProgram) : [])
        {
            var blank = new ParameterSet(layout.Tensors.Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape)));
            next = round.Cohort.Aggregate(next, (all, client) => BankRules.WithOwn(all, section, client, blank));
        }

        foreach (var client in gaveUp is null ? [] : round.Cohort)
        {
            next = next with { Body = next.Body.WithNumber(CapacityRules.KnownRank(client), RankAfter(round, client)) };
        }

        return next;
    }

    private int RanksAdded(Round round, LoraPair pair)
    {
        // Who is awaited in vain has the largest ranks, or the smallest.
        var ranks = round.Cohort.Where(client => round.HoldingOf(client).Contains(pair.A)).Select(client => Math.Min(pair.Rank, round.HoldingOf(client).Rank ?? pair.Rank));
        var awaited = (least ? ranks.Order() : ranks.OrderDescending()).Take(PaceRules.Awaited(round.Method.Pace, round.Cohort.Count));
        return ServerRules.RanksAdded(round.Method.ServerStep, [.. awaited]);
    }

    private int RankAfter(Round round, string client)
    {
        var rank = round.HoldingOf(client).Rank ?? round.Method.Adaptation.LargestRank;
        return gaveUp?.After(rank) ?? rank;
    }

    // Answers of equal capacity are equally long: their numbers are doubles and their texts none.
    private (MessageLength Up, MessageLength Down) LengthOf(Round round, string client, Holding holding)
    {
        var method = round.Method;
        var alike = method.Capacity is Capacity.Rows ? client : CapacityRules.NameOf(holding);
        // Where not all answers count, a client may have been asked before and not have been heard.
        var isFirst = method.LocalProgram.Reports.Count > 0 && (!heard.Contains(client) || (!least && method.Pace is not Pace.WholeCohort));
        var shape = (method.Sharing, method.LocalProgram, method.Codec, method.Capacity, method.Dispatch, alike, state.Body.Sections.Values.Sum(section => section.Elements), isFirst);
        var (up, down) = lengths.TryGetValue(shape, out var length) ? length : lengths[shape] = Lengths(method, client, holding, RankAfter(round, client), isFirst);
        return (Vague(method, up, holding), Vague(method, down, holding));
    }

    private (MessageLength Up, MessageLength Down) Lengths(Method method, string client, Holding holding, int rank, bool isFirst)
    {
        var units = CapacityRules.UnitsOf(method, plan.Layout);
        var (chosen, isCertain) = LayerRules.Probed(method.Capacity) is { } layers ? LayerRules.Bound(layers, method, plan.Layout, holding.Budget ?? 1, least)
            : (units is not null && least && holding.Budget < 1 ? new Holding(Tensors: units.Names(plan.Layout, new bool[units.Count])) : holding, true);
        var shared = chosen.Of(LocalProgramRunner.SentOf(method, state.Model));
        var prunes = method.Capacity is Capacity.Ranks { Pruning: not null };
        var sent = method.Codec.Up is Encoding.SeedScalars ? ParameterSet.Empty : prunes ? shared.AtRank(rank) : shared;
        var answer = LocalProgramRunner.AnswerOf(sent, CapacityRules.PartsOf(method, client, holding, sent), 0, new LocalWork(0, 0, SeedScalarRules.Zeros(SeedScalarRules.Up(method))));
        answer = ClassTableRules.WithBlank(method.LocalProgram, answer);
        answer = prunes ? answer.WithNumber(Update.RankNumber, rank) : answer;
        answer = ExpertRules.WithBlank(method.Capacity, answer, holding.Of(plan.Layout));
        answer = units is null ? answer : answer.WithSection(MessageBody.Scores, units.NoScores);
        var up = LocalProgramRunner.UsesControl(method.LocalProgram) ? answer.WithSection(MessageBody.Control, shared) : answer;
        up = holding.Entries is null ? up : up.WithNumber(EntryPruning.DeadSlotsNumber, 0);
        up = method.LocalProgram.Reports.Count > 0 ? up.WithSection(ClientReports.Section, ReportOf(method.LocalProgram, isFirst)) : up;
        var pairs = holding.Slots is null ? [] : LoraPair.Among(state.Model.Select(tensor => tensor.Key), method.Adaptation);
        var upward = holding.Slots is { } slots
            ? SlotBounds.Of(up, pairs, state.Model, slots, EncodingRules.DType(method.Codec.Up), least)
            : holding.Entries is { } entries ? EntryBounds.Of(up, entries / (double)shared.Elements, EncodingRules.DType(method.Codec.Up), least)
            : SelectionBounds.Of(up, method.Codec.Up, holding.Density, least);
        upward = isCertain ? upward : upward with { Bytes = upward.Bytes + ((least ? -1 : 1) * Digits * shared.Count) };
        var (told, nothing) = Probe(method);
        return (upward + told, SelectionBounds.Of(DispatchRules.Body(method, state, holding, client), method.Codec.Down, DispatchRules.DensityOf(method, holding), least) + nothing);
    }

    // Of a round in which clients tell of their units first: that answer, and the order to train, with which nothing goes out.
    private (MessageLength Up, MessageLength Down) Probe(Method method) => LayerRules.Probed(method.Capacity) is not { } layers
        ? default
        : (MessageFile.LengthOf(MessageBody.Empty.WithSection(MessageBody.Scores, LayerRules.UnitsOf(layers, method, plan.Layout).NoScores), EncodingRules.DType(method.Codec.Up)),
            MessageFile.LengthOf(MessageBody.Empty, EncodingRules.DType(method.Codec.Down)));

    // Headers are longer or shorter by the digits of other experts' sizes.
    private MessageLength Vague(Method method, MessageLength length, Holding holding) => state.Version == 0 || method.Capacity is not Capacity.Experts
        ? length
        : length with { Bytes = length.Bytes + ((least ? -1 : 1) * Digits * (1 + (2 * holding.Of(plan.Layout).Tensors.Count))) };

    private static ParameterSet ReportOf(LocalProgram program, bool isFirst) => new(ClientReports.LayoutOf(program).Tensors
        .Where(tensor => isFirst || tensor.Key != ClientReports.LabelsKey).Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape)));
}

/// <summary>Whom a round asks, and who of them, or of those asked before, answers in it.</summary>
internal sealed record Played(IReadOnlyList<string> Asked, IReadOnlyList<string> Answered);
