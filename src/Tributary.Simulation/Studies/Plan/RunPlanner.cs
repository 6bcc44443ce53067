using Tributary.Federation.Cuts;
using Tributary.Federation.Devices;
using Tributary.Federation.Experiments;
using Tributary.Federation.Ledger;
using Tributary.Numerics;
using Tributary.Numerics.Storage;
using Tributary.Simulation.Benchmarks;
using Tributary.Simulation.Devices;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>Says what an experiment will need before it runs: exact bytes, memory of each client, estimated time.</summary>
public sealed class RunPlanner(TimeProvider time)
{
    /// <summary>Opens model and data as the run would and takes a few real steps, about two seconds.</summary>
    /// <exception cref="ImpossibleException">The settings cannot hold together.</exception>
    /// <exception cref="InputException">Model or data are missing or damaged.</exception>
    /// <exception cref="RunException">A trial step failed.</exception>
    public RunForecast Plan(Experiment experiment, CancellationToken cancel = default)
    {
        using var setup = RunSetupReader.Open(experiment);
        return Plan(setup, experiment, cancel);
    }

    private RunForecast Plan(RunSetup opened, Experiment experiment, CancellationToken cancel)
    {
        var opening = Memory.PeakRssBytes();
        var steps = Tried(experiment, () => opened.InUse.ToDictionary(backbone => backbone, backbone => Measured(opened, backbone, cancel)));
        var all = DeviceFit.Budgeted(opened, steps);
        var fit = DeviceFit.Of(all, steps);
        var refuses = experiment.Devices?.TooSmall == TooSmall.Refuse;
        var setup = refuses ? all : DeviceFit.Without(all with { Fit = fit }, fit.TooSmall, experiment);
        var reuse = ReuseForecast.Of(setup, steps);
        var traffic = new PlannedTraffic();
        var devices = new PlannedDevices(all, fit);
        var duration = new DurationEstimate(setup, steps);
        var baseElements = 0L;
        var trainers = setup.Trainers.ToDictionary(trainer => trainer.Id, trainer => trainer.Train, StringComparer.Ordinal);
        foreach (var round in TrafficForecast.Of(setup.Plan, setup.Initial(), new CutForecast(setup.Plan, setup.Model.Shape, client => trainers[client]).Of))
        {
            cancel.ThrowIfCancellationRequested();
            traffic.Add(round.Least, round.Bytes);
            devices.Add(round);
            duration.Add(round);
            baseElements = round.BaseElements;
        }

        var memory = new MemoryEstimate(setup, steps, opening, sizeof(float) * baseElements);
        return new RunForecast(
            setup.Subject.Trainable, traffic.PerRound, traffic.Total, Enum.GetValues<StorageType>().ToDictionary(StorageTypes.Name, setup.Model.BytesIn, StringComparer.Ordinal),
            devices.Clients, memory.Simulation, duration.Seconds, reuse, setup.SharedPassOf(setup.TrainsMost), setup.Model.Backend.KernelSet, refuses ? fit.Reasons : [])
        {
            Devices = devices.Profiles,
            TransferSeconds = devices.TransferSeconds,
            Warnings = [.. setup.Warnings.Select(warning => warning.What)],
        };
    }

    // On a learner's thread, as in the run.
    private MeasuredSteps Measured(RunSetup setup, Backbone backbone, CancellationToken cancel)
    {
        using var learners = new LearnerPool(backbone.Model, backbone.Adapters, backbone.Objective, 1);
        var initial = backbone.Initial(setup.Method, setup.Seed);
        return learners.RunAsync(learner => MeasuredSteps.Of(setup, learner, initial, time, cancel), cancel).GetAwaiter().GetResult();
    }

    private static Dictionary<Backbone, MeasuredSteps> Tried(Experiment experiment, Func<Dictionary<Backbone, MeasuredSteps>> measure)
    {
        try
        {
            return measure();
        }
        catch (RunException failed)
        {
            throw new RunException($"{experiment.File}: the plan's trial steps failed: {failed.Message}", failed);
        }
        catch (InputException unfit)
        {
            throw new ImpossibleException(experiment.File, [unfit.Message]);
        }
    }
}
