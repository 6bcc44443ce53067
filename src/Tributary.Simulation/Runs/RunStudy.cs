using Tributary.Federation.Clients;
using Tributary.Federation.Cuts;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Results;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>What a finished run leaves beside its document: the federated adapter's values, and where those of the baselines are.</summary>
public sealed record RunOutcome(RunResult Result, ParameterSet Federated, BaselineFiles Baselines);

/// <summary>
/// A run in simulation, from its setup to result.json: federated rounds, then the baselines, then the final measurements. Stopped anywhere and started again over the same
/// folder, it goes on to the same result.
/// </summary>
public sealed class RunStudy(RunSetup setup, RunFolder folder, TimeProvider time, IRunProgress progress)
{
    /// <summary>Runs to the end and writes adapter and result.</summary>
    /// <exception cref="Numerics.RunException">A loss is not finite, or the disk is full; the last good state is kept.</exception>
    public async Task<RunOutcome> RunAsync(CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        using var learners = new LearnerPools(setup, folder.Activations);
        var (plan, layout) = (setup.Plan, setup.Plan.Layout);
        var bases = new HeldBases(setup, folder);
        var initial = Prepared(setup.Initial(), cancel);
        ParameterSet BeginningOf(Backbone backbone) => bases.AreAlike ? initial : bases.On(backbone).Initial;
        var losses = new ModelLoss(learners, setup);
        var served = new ServedModels(plan, bases);
        var samples = new SampleTexts(setup, learners);
        var before = await losses.OnUnionAsync(BeginningOf, cancel).ConfigureAwait(false);
        progress.Started(setup, before);

        var (federated, kept, recorder) = await FederateAsync(plan, learners, bases, initial, losses, served, cancel).ConfigureAwait(false);
        var baselines = new BaselineFiles(folder.Baselines, name => MessageSchemas.Served(
            setup.Owners.FirstOrDefault(owner => BaselineFiles.Alone(owner.Id) == name) is { } owner ? bases.Of(owner.Id).Layout : layout, setup.Method.Adaptation));
        await TrainBaselinesAsync(new Baselines(setup, learners, BeginningOf, baselines), cancel).ConfigureAwait(false);

        var measured = new Measurements(setup, losses, served, initial, before, federated, kept, baselines);
        var result = await measured.ResultAsync(recorder, samples, () => time.GetElapsedTime(started).TotalSeconds, Benchmarks.Memory.PeakRssBytes, cancel).ConfigureAwait(false);
        if (bases.AreAlike)
        {
            var (adapters, values) = BaseAbsorption.Absorb(setup.Model, setup.Adapters, federated.Served);
            AdapterFolder.WriteAll(folder.Adapter, adapters, values, setup.Subject.Model);
        }

        recorder.Finished(result.Final);
        RunResultFile.Write(folder.Result, result); // last: with this file the run is finished
        return new RunOutcome(result, federated.Served, baselines);
    }

    // What the server trains beforehand is made once and stays with the run.
    private ParameterSet Prepared(ParameterSet derived, CancellationToken cancel)
    {
        if (!InitialisationRules.IsPrepared(setup.Method))
        {
            return derived;
        }

        var schema = MessageSchemas.Served(setup.Plan.Layout, setup.Method.Adaptation);
        if (File.Exists(folder.Prepared))
        {
            return SealedFile.Read(folder.Prepared, schema).Section(MessageBody.Parameters);
        }

        var prepared = InitialisationRules.Prepare(setup.Method, setup.Model, setup.Adapters, derived, setup.Public, setup.Seed, cancel);
        SealedFile.Write(folder.Prepared, MessageBody.Empty.WithSection(MessageBody.Parameters, prepared));
        return prepared;
    }

    // The state to end with, and the round its model is of. Clients begin with what they derive themselves.
    private async Task<(ServerState State, int Round, RoundRecorder Rounds)> FederateAsync(
        RunPlan plan, LearnerPools learners, HeldBases bases, ParameterSet initial, ModelLoss losses, ServedModels served, CancellationToken cancel)
    {
        var layout = plan.Layout;
        using var store = new FolderRunStore(folder.Server, MessageSchemas.Server(layout, setup.Method, plan.Clients));
        using var upper = UpperPart.For(plan, store, setup.Model, setup.Adapters, setup.Objective);
        var workers = setup.Backbones.All.Select(bases.On).ToDictionary(held => held, held => new ClientWorker(held.States, held.Layout, held.Initial, upper: upper));
        using var pool = new SimulationPool(
            setup.Trainers.ToDictionary(
                trainer => trainer.Id, trainer => new SimulatedClient(workers[bases.Of(trainer.Id)], bases.Of(trainer.Id).States, learners.Of(trainer.Id), trainer.Train), StringComparer.Ordinal), upper);
        bases.Recover(store.IsAcknowledged);
        var recorder = new RoundRecorder(folder, setup, initial, time, progress, store.Reports.Count);
        var best = setup.KeepBest ? new BestModel(folder.Best, MessageSchemas.Served(layout, setup.Method.Adaptation), store.Reports) : null;
        var evaluator = new UnionEvaluator(setup, losses, served, best);
        try
        {
            var state = await new RoundLoop(plan, store, new TimedPool(pool, plan.AnswerTimes, store.Now), recorder, time, evaluator).RunAsync(initial, cancel).ConfigureAwait(false);
            return best is null ? (state, setup.Rounds, recorder) : (state.WithServed(best.Read()), best.Round, recorder);
        }
        catch (Exception error)
        {
            recorder.Stopped(error);
            throw;
        }
    }

    private async Task TrainBaselinesAsync(Baselines baselines, CancellationToken cancel)
    {
        var pooled = setup.PooledBaseline ? baselines.TrainPooledAsync(cancel) : Task.CompletedTask;
        var alone = setup.LocalBaseline ? setup.Owners.Select(TrainAloneAsync) : [];

        // All, also when one fails: nothing may still train when the learners are freed.
        await Task.WhenAll([pooled, .. alone]).ConfigureAwait(false);

        async Task TrainAloneAsync(OwnerData owner)
        {
            await baselines.TrainAloneAsync(owner, cancel).ConfigureAwait(false);
            progress.Baseline(owner.Id);
        }
    }
}
