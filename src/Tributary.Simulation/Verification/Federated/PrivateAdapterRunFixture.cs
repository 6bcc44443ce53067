using System.Text.Json;
using Tributary.Federation.Clients;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Simulation.Verification.Engine;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>Rounds in which each client trains two adapters at once, of which only the bottleneck is shared and the LoRA stays its own.</summary>
internal sealed class PrivateAdapterRunFixture : IFixtureKind
{
    private static readonly string[] PrivateRoles = ["lora_A", "lora_B"];

    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(Path.Combine(path, "run.json"), "base", "rounds", "local", "client_examples", "client_batches", "trace", "start", "private");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var run = FixtureJson.Load(Path.Combine(path, "run.json"));
        var (basis, folders) = (Path.Combine(path, run.GetProperty("base").GetString()!), Folders(path, run));
        if ((FixtureSupport.WhyNotModel(basis) ?? folders.Select(f => FixtureSupport.WhyNotAdapter(f.Folder)).FirstOrDefault(why => why is not null)) is { } why)
        {
            report.Skip(why);
            return;
        }

        using var backend = FixtureBackend.Create();
        using var model = ModelLoader.Load(basis, backend);
        var adapters = folders.Select(f => AdapterFolder.Read(f.Folder, model, f.Name)).ToArray();
        var batches = ClientBatches.Read(run, model.Shape);
        using var learner = new FixtureLearner(model, adapters, batches[0][0]);
        Follow(path, run, learner, new ParameterSet(adapters.SelectMany(a => a.Values)), batches, report);
    }

    private static (string Name, string Folder)[] Folders(string path, JsonElement run) =>
        [.. run.GetProperty("start").EnumerateObject().Select(a => (a.Name, Path.GetFullPath(Path.Combine(path, a.Value.GetString()!)))).OrderBy(a => a.Name, StringComparer.Ordinal)];

    private static Method MethodOf(JsonElement local) => Catalogue.FedIt with
    {
        Cohort = new Cohort.All(),
        Sharing = new Sharing.ByRole(PrivateRoles.ToDictionary(role => role, _ => Visibility.Private)),
        LocalProgram = Catalogue.FedIt.LocalProgram.WithEveryPhase(phase => phase with
        {
            Optimizer = new OptimizerSpec.AdamW(
                local.GetProperty("lr").GetDouble(),
                local.GetProperty("betas")[0].GetDouble(),
                local.GetProperty("betas")[1].GetDouble(),
                local.GetProperty("eps").GetDouble(),
                local.GetProperty("weight_decay").GetDouble()),
            Budget = new Budget.Steps(local.GetProperty("steps_per_round").GetInt32()),
        }),
    };

    private static void Follow(string path, JsonElement run, FixtureLearner learner, ParameterSet start, FixtureBatch[][] batches, FixtureReport report)
    {
        using var expected = ExpectedTensors.Open(Path.Combine(path, "states.safetensors"), report);
        var (trace, tolerances, round) = (run.GetProperty("trace"), run.GetProperty("tolerances"), 0);
        var (sound, elsewhere) = (tolerances.GetProperty("states_where_ok").GetDouble(), tolerances.GetProperty("states_elsewhere").GetDouble());
        var clients = run.GetProperty("client_examples").Integers().Select((count, k) => new FixtureClient(count, () => new PrescribedBatches(
            learner.Learner, [.. batches[k].Select(b => b.Rows)], (step, loss) => CompareLoss("client_losses_before_each_step", k, step, loss)))).ToArray();
        using var federation = new FixtureFederation(start, clients);
        federation.Run(MethodOf(run.GetProperty("local")), run.GetProperty("rounds").GetInt32(), (number, state) =>
        {
            CompareStates($"round{number}.global", state.Model.Where(key => !PrivateRoles.Contains(key.Role, StringComparer.Ordinal)));
            for (var k = 0; k < clients.Length; k++)
            {
                var own = federation.StateOf(k).Section(LocalProgramRunner.PrivateSection);
                CompareStates($"round{number}.client{k}.private", own);
                learner.Learner.Trainable.Write(state.Model);
                learner.Learner.Trainable.Write(own);
                for (var step = 0; step < batches[k].Length; step++)
                {
                    CompareLoss("client_losses_of_the_new_personal_model", k, step, learner.Learner.Loss(batches[k][step].Rows));
                }
            }

            round = number + 1;
        });

        void CompareStates(string prefix, ParameterSet set)
        {
            foreach (var tensor in set)
            {
                expected.CompareWhereSound($"{prefix}.{tensor.Key.Name}", tensor.Values, sound, elsewhere);
            }
        }

        void CompareLoss(string what, int client, int step, double loss) => report.Compare(
            $"round {round} client {client} batch {step} {what}", trace[round].GetProperty(what)[client][step].GetDouble(), loss, tolerances.GetProperty("losses").GetDouble());
    }
}
