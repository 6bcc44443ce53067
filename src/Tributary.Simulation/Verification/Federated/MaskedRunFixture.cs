using System.Text.Json;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Simulation.Verification.Engine;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>Rounds in which each client sends only some rows of a soft prompt, and each row is averaged over those who sent it.</summary>
internal sealed class MaskedRunFixture : IFixtureKind
{
    private const string Prompt = "prompt";

    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(Path.Combine(path, "run.json"), "base", "rounds", "local", "client_examples", "client_batches", "trace", "start_adapter", "sent");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var run = FixtureJson.Load(Path.Combine(path, "run.json"));
        var start = RunStart.Read(path, run);
        if (start.WhyNot is { } why)
        {
            report.Skip(why);
            return;
        }

        using var backend = FixtureBackend.Create();
        using var model = ModelLoader.Load(start.Base, backend);
        var adapter = AdapterFolder.Read(start.Adapter, model);
        var batches = ClientBatches.Read(run, model.Shape);
        using var learner = new FixtureLearner(model, [adapter], batches[0][0]);
        using var expected = ExpectedTensors.Open(Path.Combine(path, "states.safetensors"), report);
        Follow(run, learner, adapter.Values, batches, expected, report);
    }

    private static Method MethodOf(JsonElement run) => Catalogue.FedIt with
    {
        Cohort = new Cohort.All(),
        Codec = new Codec(Up: new Encoding.Deltas()),
        Sharing = new Sharing.ByRole(new Dictionary<string, Visibility> { ["head"] = Visibility.Frozen }),
        Schedule = new Schedule.Stages([.. run.GetProperty("sent").EnumerateArray().Select((clients, round) => new Stage(round + 1, new Overrides(Capacity: Rows(clients))))]),
        LocalProgram = Catalogue.FedIt.LocalProgram.WithEveryPhase(phase => phase with
        {
            Optimizer = new OptimizerSpec.Sgd(run.GetProperty("local").GetProperty("lr").GetDouble()),
            Budget = new Budget.Steps(run.GetProperty("local").GetProperty("steps_per_round").GetInt32()),
        }),
    };

    private static Capacity.Rows Rows(JsonElement clients) => new(Prompt, clients.EnumerateArray().Select((sent, k) => (k, Rows: sent.Integers()))
        .ToDictionary(c => FixtureFederation.IdOf(c.k), c => (IReadOnlyList<int>)[.. Enumerable.Range(0, c.Rows.Length).Where(row => c.Rows[row] == 1)], StringComparer.Ordinal));

    private static void Follow(JsonElement run, FixtureLearner learner, ParameterSet start, FixtureBatch[][] batches, ExpectedTensors expected, FixtureReport report)
    {
        var (trace, tolerances) = (run.GetProperty("trace"), run.GetProperty("tolerances"));
        var (states, losses) = (tolerances.GetProperty("states").GetDouble(), tolerances.GetProperty("losses").GetDouble());
        var (round, global) = (0, PromptOf(start));
        expected.Compare("start", global, 0);
        var clients = run.GetProperty("client_examples").Integers().Select((count, k) => new FixtureClient(count, () => new PrescribedBatches(
            learner.Learner, [.. batches[k].Select(b => b.Rows)], (step, loss) => report.Compare(
                $"round {round} client {k} step {step} loss", trace[round].GetProperty("client_losses_before_each_step")[k][step].GetDouble(), loss, losses)))).ToArray();
        using var federation = new FixtureFederation(start, clients)
        {
            AfterClient = k => expected.Compare($"round{round}.client{k}.update", [.. PromptOf(learner.Learner.Trainable.Read()).Zip(global, (after, before) => after - before)], states),
        };
        federation.Run(MethodOf(run), run.GetProperty("rounds").GetInt32(), (number, state) =>
        {
            var next = PromptOf(state.Model);
            expected.Compare($"round{number}.global", next, states);
            CompareUnsent(run.GetProperty("sent")[number], global, next, number, report);
            (round, global) = (number + 1, next);
        });

        for (var k = 0; k < clients.Length; k++)
        {
            for (var step = 0; step < batches[k].Length; step++)
            {
                learner.Learner.Trainable.Write(new ParameterSet(start.Select(t => t.Key.Role == Prompt ? t with { Values = global } : t)));
                report.Compare(
                    $"final loss of client {k} batch {step}", run.GetProperty("final_losses_of_the_global_prompt")[k][step].GetDouble(), learner.Learner.Loss(batches[k][step].Rows), losses);
            }
        }
    }

    // A row that nobody sends keeps every bit.
    private static void CompareUnsent(JsonElement clients, float[] before, float[] after, int round, FixtureReport report)
    {
        var sent = clients.EnumerateArray().Select(c => c.Integers()).ToArray();
        var width = before.Length / sent[0].Length;
        for (var row = 0; row < sent[0].Length; row++)
        {
            if (sent.All(rows => rows[row] == 0))
            {
                var same = before.AsSpan(row * width, width).SequenceEqual(after.AsSpan(row * width, width));
                report.Check($"round {round} row {row}, which nobody sent, is unchanged", same);
            }
        }
    }

    private static float[] PromptOf(ParameterSet set) => set.First(tensor => tensor.Key.Role == Prompt).Values;
}
