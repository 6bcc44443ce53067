using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Dispatches;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Rounds;

/// <summary>The server's work at both ends of a round: who takes part and what goes out, and weigh → combine → step.</summary>
internal static class RoundStep
{
    /// <summary>The state before the first round.</summary>
    public static ServerState First(RunPlan plan, ParameterSet initial) => ServerRules.Begin(plan, ServerState.Initial(initial));

    /// <summary>Draws the cohort of the next round, and says what each of its clients holds.</summary>
    public static Round Open(RunPlan plan, ServerState state)
    {
        var method = plan.Method.At(state.Version + 1);
        var cohort = CohortRules.Draw(method.Cohort, plan.Clients, plan.Seed, state.Version);
        return new Round(state.Version, method, PaceRules.Overlaps(method.Pace) ? plan.Clients : cohort, HoldingOf);

        Holding HoldingOf(string client) => CapacityRules.HoldingOf(method, client, plan.Clients, plan.Seed, state.Body, state.Version, cohort, plan.Layout) with
        {
            Share = SelectionRules.ShareOf(EncodingRules.SelectionOf(method.Codec.Up), client, state.Body.Numbers),
        };
    }

    /// <summary>Begins an exchange of a round or goes on with it: with what the store knows of it, and what clients hold by what they told in the exchange before.</summary>
    public static void Begin(RunPlan plan, IRunStore store, Round round, Exchange exchange)
    {
        round.TakeUp(store, exchange.Name);
        if (exchange != Exchange.Train || LayerRules.Probed(round.Method.Capacity) is not { } layers)
        {
            return;
        }

        var told = round.Updates(Exchange.Probe.Name);
        using var spool = store.Read(told);
        foreach (var (update, holding) in told.Zip(LayerRules.Chosen(layers, round.Method, plan.Layout, [.. told.Select(update => round.HoldingOf(update.Client))], spool)))
        {
            round.Choose(update.Client, holding);
        }
    }

    /// <summary>Notes whom to ask next, and writes what they receive; equal bodies are written once.</summary>
    public static IReadOnlyList<Flight> Ask(RunPlan plan, IRunStore store, Round round, Exchange exchange, ServerState state, bool hasArrived)
    {
        var flights = new List<Flight>();
        foreach (var client in Asking(plan, store, round, exchange.Name, hasArrived))
        {
            var holding = round.HoldingOf(client);
            var sendsModel = exchange.SendsModel(round.Method);
            var name = sendsModel ? DispatchRules.NameOf(round.Method, state, holding, client) : "nothing";
            if (!round.Written.TryGetValue((exchange, name), out var length))
            {
                var body = sendsModel ? DispatchRules.Body(round.Method, state, holding, client) : MessageBody.Empty;
                round.Written[(exchange, name)] = length = store.Outgoing(round.Version, exchange.Name, name, body, EncodingRules.DType(round.Method.Codec.Down));
            }

            var flight = new Flight(round.Version, exchange.Name, client, name, length, store.Now);
            store.Send(flight);
            round.Sent(flight);
            flights.Add(flight);
        }

        return flights;
    }

    private static string[] Asking(RunPlan plan, IRunStore store, Round round, string exchange, bool hasArrived)
    {
        var asked = round.Asked(exchange);
        if (!PaceRules.Overlaps(round.Method.Pace))
        {
            return asked.Count == round.Cohort.Count ? [] : [.. round.Cohort.Where(client => !asked.Contains(client))];
        }

        var busy = store.InFlight.Where(flight => flight.Exchange == exchange).Select(flight => flight.Client).ToHashSet(StringComparer.Ordinal);
        return [.. PaceRules.Refill(round.Method, plan.Clients, busy, asked, plan.Seed, round.Version, hasArrived)];
    }

    /// <summary>The order that goes with work.</summary>
    public static Dispatched Order(RunPlan plan, IRunStore store, Round round, Flight flight) => new(
        new WorkOrder(
            plan.Run, flight.Version, checked(plan.Rounds * plan.RoundsAtOnce), flight.Exchange, flight.Client, WorkOrder.CurrentProtocol, plan.Seed, plan.BaseWeights, plan.Tokenizer,
            plan.Method.At(flight.Version + 1), plan.RoundsAtOnce)
        {
            Holding = round.HoldingOf(flight.Client),
        },
        store.PathOf(flight), flight.Down, flight.At);

    /// <summary>Takes an answer into the spool if it is wanted; one that is there already is wanted again, and counts once.</summary>
    /// <returns>Whether it was wanted, and the update when it is new.</returns>
    public static (bool Accepted, Update? Update) Receive(RunPlan plan, IRunStore store, Round round, Exchange exchange, ClientMessage message)
    {
        var key = message.Key;
        if (key.Exchange != exchange.Name || !PaceRules.Accepts(round.Method.Pace, round.Version, key.Version) || !store.IsInFlight(key))
        {
            return (store.IsAcknowledged(key), null);
        }

        var update = store.Receive(message, MessageSchemas.Up(plan.Layout, plan.Method.At(key.Version + 1), round.HoldingOf(key.Client), exchange));
        round.Add(update);
        return (true, update);
    }

    /// <summary>The next state from the updates in the spool, and what was measured on the way.</summary>
    public static (ServerState State, IReadOnlyDictionary<string, double> Metrics) Apply(RunPlan plan, IRunStore store, Round round, ServerState state)
    {
        var method = round.Method;
        var updates = round.Updates(Exchange.Train.Name);
        using var spool = store.Read(updates);
        var (decoded, slopes) = SeedScalarRules.Decode(method, plan.Seed, spool, updates, state, round.HoldingOf);
        var contents = new RoundUpdates(decoded, method, plan.Layout) { Updates = updates, Slopes = slopes };
        var informed = PartMemory.BeforeWeighing(state, contents);
        var weights = WeightingRules.For(method.Weighting, contents, informed);
        var all = Enumerable.Range(0, updates.Count).Sum(k => weights.Of(k, default));
        if (!(all > 0 && double.IsFinite(all)))
        {
            throw new RunException($"round {round.Version + 1}: the weights of its {updates.Count} updates sum to {all:R}; clients without examples cannot be joined");
        }

        var joined = CombineRules.Join(method.Combine, contents, weights, state.Model, EncodingRules.IsDelta(method.Codec.Up)) with
        {
            Control = ServerRules.KeepsControl(method.ServerStep) ? JoinControl(spool, plan) : ParameterSet.Empty,
        };
        var weighed = new WeighedUpdates(contents, weights.Of);
        var next = PartMemory.After(ServerRules.For(method.ServerStep).Apply(informed, joined, weighed), weighed);
        return next.Body.Sections.Values.All(section => section.AllFinite())
            ? (next with { Version = state.Version + 1 }, CapacityRules.WithMetrics(method.Capacity, joined.Metrics, updates))
            : throw new RunException($"round {round.Version + 1}: the joined model is not finite; the state after round {round.Version} is kept. Lower the learning rate.");
    }

    private static ParameterSet JoinControl(SpoolReader spool, RunPlan plan) =>
        new UpdateFold(spool, MessageBody.Control, new LinearSum(), (_, _) => 1, (_, _) => plan.Clients.Count).Join(plan.Layout, ParameterSet.Empty);
}
