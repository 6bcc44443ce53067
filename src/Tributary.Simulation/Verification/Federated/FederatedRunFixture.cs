using System.Text.Json;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Simulation.Verification.Engine;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>Rounds of federated LoRA with prescribed batches: federated averaging, and the same with a proximal term, through the round loop.</summary>
internal sealed class FederatedRunFixture : IFixtureKind
{
    private const double LossTolerance = 1e-4;
    private const double ParameterTolerance = 1e-5;

    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(Path.Combine(path, "run.json"), "base", "rounds", "local", "client_examples", "client_batches", "trace", "start_adapter");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var run = FixtureJson.Load(Path.Combine(path, "run.json"));
        if (WhyNot(path, run) is { } why)
        {
            report.Skip(why);
            return;
        }

        var start = RunStart.Read(path, run);
        using var backend = FixtureBackend.Create();
        using var model = ModelLoader.Load(start.Base, backend);
        var adapter = AdapterFolder.Read(start.Adapter, model);
        var batches = ClientBatches.Read(run, model.Shape);
        using var learner = new FixtureLearner(model, [adapter], batches[0][0]);
        foreach (var trace in run.GetProperty("trace").EnumerateObject())
        {
            if (MethodOf(trace.Name, run) is { } method)
            {
                Follow(trace, method, Path.Combine(path, trace.Name + "_global.safetensors"), run, learner, adapter.Values, batches, report);
            }
            else
            {
                report.LeaveOut($"method {trace.Name} is not offered");
            }
        }
    }

    private static string? WhyNot(string path, JsonElement run) =>
        RunStart.Read(path, run).WhyNot is { } why ? why
        : run.GetProperty("trace").ValueKind != JsonValueKind.Object || run.GetProperty("local").Find("optimizer")?.GetString() != "SGD"
            ? "its way of local training is not offered"
        : null;

    private static Method? MethodOf(string name, JsonElement run)
    {
        var local = run.GetProperty("local");
        var method = name switch
        {
            "fedavg" => Catalogue.FedIt,
            "fedprox" => Catalogue.FedProx,
            _ => null,
        };
        return method is null ? null : method with
        {
            Cohort = new Cohort.All(),
            LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with
            {
                Losses = [.. phase.Losses.Select(term => term is LossTerm.Proximal ? new LossTerm.Proximal(run.GetProperty("fedprox_mu").GetDouble()) : term)],
                Optimizer = new OptimizerSpec.Sgd(local.GetProperty("lr").GetDouble()),
                Budget = new Budget.Steps(local.GetProperty("steps").GetInt32()),
            }),
        };
    }

    private static void Follow(
        JsonProperty trace, Method method, string expectedFile, JsonElement run, FixtureLearner learner, ParameterSet start, FixtureBatch[][] batches, FixtureReport report)
    {
        using var expected = ExpectedTensors.Open(expectedFile, report);
        var examples = run.GetProperty("client_examples").Integers();
        var round = 0;
        var clients = examples.Select((count, k) => new FixtureClient(count, () => new PrescribedBatches(
            learner.Learner, [.. batches[k].Select(b => b.Rows)], (step, loss) => CompareLoss(k, step, loss)))).ToArray();
        using var federation = new FixtureFederation(start, clients);
        federation.Run(method, run.GetProperty("rounds").GetInt32(), (number, state) =>
        {
            foreach (var tensor in state.Model)
            {
                expected.Compare($"round{number}.{tensor.Key.Name}", tensor.Values, ParameterTolerance);
            }

            round = number + 1;
        });

        void CompareLoss(int client, int step, double loss) => report.Compare(
            $"{trace.Name} round {round} client {client} step {step} loss", trace.Value[round].GetProperty("client_task_losses")[client][step].GetDouble(), loss, LossTolerance);
    }
}
