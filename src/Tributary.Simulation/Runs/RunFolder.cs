using Tributary.Federation.Results;

namespace Tributary.Simulation.Runs;

/// <summary>The paths inside a run's folder.</summary>
public sealed record RunFolder(string Root)
{
    /// <summary>The result document.</summary>
    public string Result => Path.Combine(Root, RunResultFile.Name);

    /// <summary>The event log.</summary>
    public string Events => Path.Combine(Root, EventLog.Name);

    /// <summary>The report page.</summary>
    public string Report => Path.Combine(Root, "report.html");

    /// <summary>The final adapter, as PEFT reads it.</summary>
    public string Adapter => Path.Combine(Root, "adapter");

    /// <summary>What a resumed run goes on from.</summary>
    public string State => Path.Combine(Root, "state");

    /// <summary>The experiment as it was run.</summary>
    public string Experiment => Path.Combine(State, "experiment.yaml");

    /// <summary>Journal, versions and spool of the federated run.</summary>
    public string Server => Path.Combine(State, "server");

    /// <summary>States of the simulated clients.</summary>
    public string Clients => Path.Combine(State, "clients");

    /// <summary>Adapters of the baselines.</summary>
    public string Baselines => Path.Combine(State, "baselines");
}
