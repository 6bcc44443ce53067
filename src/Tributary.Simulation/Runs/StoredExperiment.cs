using System.Text.Json;
using Tributary.Federation.Experiments;
using Tributary.Numerics;

namespace Tributary.Simulation.Runs;

/// <summary>The experiment beside its run: the file's text, where it stood (relative paths begin there) and the command line's settings.</summary>
public static class StoredExperiment
{
    private const string OriginFile = "origin.json";

    /// <summary>Stores the experiment in a run's folder.</summary>
    public static void Save(RunFolder folder, Experiment experiment, IReadOnlyList<string> settings)
    {
        var origin = Path.Combine(folder.State, OriginFile);
        if (File.Exists(folder.Root))
        {
            throw new InputException($"{folder.Root} is a file; choose a folder with --out");
        }

        if (File.Exists(origin) && Load(folder).ConfigHash != experiment.ConfigHash)
        {
            throw new InputException($"{folder.Root} holds another run; choose another folder with --out, or delete it");
        }

        AtomicFile.WriteText(folder.Experiment, File.ReadAllText(experiment.File));

        // Last: with this file the folder holds a run.
        AtomicFile.WriteText(origin, JsonSerializer.Serialize(new Origin(experiment.File, [.. settings]), RunsJson.Default.Origin));
    }

    /// <summary>Reads it back.</summary>
    /// <exception cref="InputException">The folder holds no run.</exception>
    public static Experiment Load(RunFolder folder)
    {
        var path = Path.Combine(folder.State, OriginFile);
        if (!File.Exists(path) || !File.Exists(folder.Experiment))
        {
            throw new InputException($"{folder.Root} holds no run: there is no {Path.GetRelativePath(folder.Root, folder.Experiment)}");
        }

        try
        {
            var origin = JsonSerializer.Deserialize(File.ReadAllText(path), RunsJson.Default.Origin)!;
            return ExperimentFile.Read(folder.Experiment, origin.Settings, relativeTo: origin.File);
        }
        catch (JsonException error)
        {
            throw new InputException($"{path}: broken JSON at line {error.LineNumber + 1}", error);
        }
    }
}

/// <summary>Where an experiment came from.</summary>
internal sealed record Origin(string File, string[] Settings);

/// <summary>How it is written.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(Origin))]
internal sealed partial class RunsJson : System.Text.Json.Serialization.JsonSerializerContext;
