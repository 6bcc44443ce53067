using Tributary.Federation.Results;

namespace Tributary.Simulation.Runs;

/// <summary>Watches a run for a person: nothing it does changes the run.</summary>
public interface IRunProgress
{
    /// <summary>The run begins; the loss of the untrained adapter on the union of the validation rows, if there are any.</summary>
    void Started(RunSetup setup, double? loss)
    {
    }

    /// <summary>A client's update has arrived.</summary>
    void Update(string client)
    {
    }

    /// <summary>A round is committed.</summary>
    void Round(RoundResult round)
    {
    }

    /// <summary>An owner has finished training alone.</summary>
    void Baseline(string owner)
    {
    }
}

/// <summary>Nobody watches.</summary>
public sealed class NoProgress : IRunProgress;
