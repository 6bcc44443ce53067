using Tributary.Federation.Experiments;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Compare;

namespace Tributary.Simulation.Tests.Studies.Compare;

/// <summary>Plays the runs of a comparison in this process.</summary>
internal sealed class PlayerHere(IRunProgress progress) : IRunPlayer
{
    public async Task PlayAsync(PlannedRun run, CancellationToken cancel)
    {
        var experiment = ExperimentFile.Read(run.File, run.Settings);
        using var setup = RunSetupReader.Read(experiment);
        using var held = run.Folder.Take();
        StoredExperiment.Save(run.Folder, experiment, run.Settings, setup.Inputs);
        await new RunStudy(setup, run.Folder, TimeProvider.System, progress).RunAsync(cancel);
    }
}
