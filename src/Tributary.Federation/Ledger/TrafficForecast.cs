using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Dispatches;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Ledger;

/// <summary>One round before it runs.</summary>
/// <param name="Round">Its number, counted from 1.</param>
/// <param name="Method">The parts that hold in it.</param>
/// <param name="Cohort">Whom it asks, in id order.</param>
/// <param name="Bytes">What will travel.</param>
public sealed record RoundForecast(int Round, Method Method, IReadOnlyList<string> Cohort, TrafficSum Bytes);

/// <summary>The exact bytes of a run before it runs: the bodies that server and clients would write, measured without training.</summary>
public static class TrafficForecast
{
    /// <summary>The rounds of a plan, drawn as the run will draw them; <paramref name="initial"/> is the model before the first.</summary>
    public static IEnumerable<RoundForecast> Of(RunPlan plan, ParameterSet initial)
    {
        var lengths = new Dictionary<(Sharing, LocalProgram, Codec, Capacity, Dispatch, string, int), (MessageLength Up, MessageLength Down)>();
        var state = ServerState.Initial(initial);
        for (var version = 0; version < plan.Rounds; version++)
        {
            var round = RoundStep.Open(plan, state with { Version = version });
            var method = round.Method;
            var controlled = LocalProgramRunner.UsesControl(method.LocalProgram);
            var control = state.Body.Section(MessageBody.Control);
            var each = round.Cohort.Select(LengthOf).ToArray();
            var sum = new TrafficSum(each.Take(PaceRules.Awaited(method.Pace, each.Length)).Aggregate(default(MessageLength), (all, length) => all + length.Up),
                each.Aggregate(default(MessageLength), (all, length) => all + length.Down));
            yield return new RoundForecast(version + 1, method, round.Cohort, sum);
            if (controlled && ServerRules.KeepsControl(method.ServerStep))
            {
                // The server's control variates begin with the first answers.
                state = state.WithSection(MessageBody.Control, control.MergedWith(LocalProgramRunner.SentOf(method, state.Model)));
            }

            (MessageLength Up, MessageLength Down) LengthOf(string client)
            {
                var holding = round.HoldingOf(client);
                var alike = method.Capacity is Capacity.Rows ? client : CapacityRules.NameOf(holding);
                var shape = (method.Sharing, method.LocalProgram, method.Codec, method.Capacity, method.Dispatch, alike, control.Count);
                if (!lengths.TryGetValue(shape, out var length))
                {
                    lengths[shape] = length = Lengths(method, client, holding, state, controlled);
                }

                return length;
            }
        }
    }

    // Answers of equal capacity are equally long: their numbers are doubles and their texts none.
    private static (MessageLength Up, MessageLength Down) Lengths(Method method, string client, Holding holding, ServerState state, bool controlled)
    {
        var shared = LocalProgramRunner.SentOf(method, state.Model).AtRank(holding.Rank);
        var answer = LocalProgramRunner.AnswerOf(method, client, shared, shared, 0, 0, 0);
        var up = controlled ? answer.WithSection(MessageBody.Control, shared) : answer;
        return (MessageFile.LengthOf(up, EncodingRules.DType(method.Codec.Up)), MessageFile.LengthOf(DispatchRules.Body(method, state, holding), EncodingRules.DType(method.Codec.Down)));
    }
}
