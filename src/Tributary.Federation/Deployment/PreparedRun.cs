using System.Text.Json;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Deployment;

/// <summary>
/// A run that is ready to be played over the network: the plan and the model before its first round, made from the experiment by a process that opens the model, so that the
/// one that plays it need not.
/// </summary>
public sealed class PreparedRun
{
    private const string PlanName = "run.json", InitialName = "initial.safetensors";
    private readonly ParameterSet initial;

    private PreparedRun(RunPlan plan, ParameterSet initial)
    {
        Plan = plan;
        this.initial = initial;
    }

    /// <summary>The run.</summary>
    public RunPlan Plan { get; }

    /// <summary>What its server state and spooled answers may hold.</summary>
    public MessageSchema Schema => MessageSchemas.Server(Plan.Layout, Plan.Method, Plan.Clients);

    /// <summary>Whether a folder holds a prepared run.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, PlanName));

    /// <summary>Writes a run into its folder; the plan last, so that a folder with a plan is whole.</summary>
    /// <exception cref="RunException">The disk is full or not writable.</exception>
    public static void Write(string folder, RunPlan plan, ParameterSet initial)
    {
        SealedFile.Write(Path.Combine(folder, InitialName), MessageBody.Empty.WithSection(MessageBody.Parameters, initial));
        var tensors = plan.Layout.Tensors.Select(tensor => new StoredTensor(tensor.Key, tensor.Shape)).ToArray();
        var stored = new StoredPlan(
            plan.Run, plan.ConfigHash, plan.Method, plan.Rounds, plan.RoundsAtOnce, [.. plan.Clients], tensors, [.. plan.Layout.Units], plan.Seed, plan.BaseWeights, plan.Tokenizer);
        AtomicFile.WriteText(Path.Combine(folder, PlanName), JsonSerializer.Serialize(stored, PartsJson.Default.StoredPlan));
    }

    /// <summary>Reads it back.</summary>
    /// <exception cref="InputException">There is none, or it is damaged.</exception>
    public static PreparedRun Read(string folder)
    {
        var path = Path.Combine(folder, PlanName);
        try
        {
            var stored = JsonSerializer.Deserialize(File.ReadAllText(path), PartsJson.Default.StoredPlan) ?? throw new JsonException("it is empty");
            var layout = new TensorLayout(stored.Tensors.Select(tensor => (tensor.Key, tensor.Shape))) { Units = stored.Units };
            var plan = new RunPlan(stored.Run, stored.ConfigHash, stored.Method, stored.Rounds, stored.Clients, layout, stored.Seed)
            {
                RoundsAtOnce = stored.RoundsAtOnce,
                BaseWeights = stored.BaseWeights,
                Tokenizer = stored.Tokenizer,
            };
            var body = SealedFile.Read(Path.Combine(folder, InitialName), MessageSchemas.Served(layout, plan.Method.Adaptation));
            return new PreparedRun(plan, body.Section(MessageBody.Parameters));
        }
        catch (Exception error) when (error is JsonException or IOException or ArgumentException)
        {
            throw new InputException($"{path}: {error.Message}; create the run anew from its experiment", error);
        }
    }

    /// <summary>Plays it, from where the store says it stands to its last round.</summary>
    /// <exception cref="RunException">The joined model is not finite, or the disk is full.</exception>
    public async Task PlayAsync(IRunStore store, IClientPool pool, IRunObserver observer, TimeProvider time, CancellationToken cancellation) =>
        await new RoundLoop(Plan, store, pool, observer, time).RunAsync(initial, cancellation).ConfigureAwait(false);
}
