using Tributary.Federation.Results;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Numerics;

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

    /// <summary>Where the experiment came from; with this file the folder holds a run.</summary>
    public string Origin => Path.Combine(State, "origin.json");

    /// <summary>Journal, versions and spool of the federated run.</summary>
    public string Server => Path.Combine(State, "server");

    /// <summary>States of the simulated clients.</summary>
    public string Clients => Path.Combine(State, "clients");

    /// <summary>The model that the server made beforehand on data of its own.</summary>
    public string Prepared => Path.Combine(State, "prepared.safetensors");

    /// <summary>The best model so far, where an experiment asks for it.</summary>
    public string Best => Path.Combine(State, "best.safetensors");

    /// <summary>Adapters of the baselines.</summary>
    public string Baselines => Path.Combine(State, "baselines");

    /// <summary>Scratch file for what frozen lower blocks give; it has this name only while it is being made.</summary>
    public string Activations => Path.Combine(State, "activations");

    /// <summary>What is wrong with the state that a finished run left; null when it is whole.</summary>
    public string? DamageOf(RunPlan plan) => FolderRunStore.Damage(Server, plan, MessageSchemas.Server(plan.Layout, plan.Method, plan.Clients));

    /// <summary>Keeps the folder for this process; it is new, empty, or holds a run.</summary>
    /// <exception cref="InputException">It holds something else, another process works in it, or it cannot be written.</exception>
    public FolderLock Take()
    {
        if (File.Exists(Root))
        {
            throw new InputException($"{Root} is a file; choose a folder with --out");
        }

        // The origin last: a run that began this moment writes it before anything else outside its state.
        return !Directory.Exists(Root) || Directory.EnumerateFileSystemEntries(Root).All(entry => entry == State) || File.Exists(Origin)
            ? FolderLock.Take(Root, Path.Combine(State, ".lock"))
            : throw new InputException($"{Root} holds files that are not of a run; choose a new or empty folder with --out");
    }
}
