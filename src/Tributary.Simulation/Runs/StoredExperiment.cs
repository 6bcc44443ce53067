using System.Text.Json;
using Tributary.Federation.Experiments;
using Tributary.Numerics;

namespace Tributary.Simulation.Runs;

/// <summary>The experiment beside its run: the file's text, where it stood (relative paths begin there) and the command line's settings.</summary>
public static class StoredExperiment
{
    /// <summary>Stores the experiment in a run's folder.</summary>
    /// <exception cref="InputException">The folder holds another run.</exception>
    public static void Save(RunFolder folder, Experiment experiment, IReadOnlyList<string> settings, RunInputs inputs)
    {
        if (File.Exists(folder.Origin))
        {
            RequireSame(folder, experiment, inputs);
        }

        AtomicFile.WriteText(folder.Experiment, File.ReadAllText(experiment.File));

        // Last: with this file the folder holds a run.
        AtomicFile.WriteText(folder.Origin, JsonSerializer.Serialize(new Origin(experiment.File, [.. settings], inputs, experiment.ConfigHash), RunsJson.Default.Origin));
    }

    /// <summary>Holds a run's folder to an experiment, its data and its model.</summary>
    /// <exception cref="InputException">The folder holds another run, or none.</exception>
    public static void RequireSame(RunFolder folder, Experiment experiment, RunInputs inputs)
    {
        if (Load(folder).ConfigHash != experiment.ConfigHash)
        {
            throw new InputException($"{folder.Root} holds another run; choose another folder with --out, or delete it");
        }

        Require(folder, inputs);
    }

    /// <summary>Holds data and model to those the run began with.</summary>
    /// <exception cref="InputException">They have changed since.</exception>
    public static void Require(RunFolder folder, RunInputs inputs)
    {
        var then = ReadOrigin(folder).Inputs;
        foreach (var (what, before, now) in ((string, string, string)[])[("data", then.Data, inputs.Data), ("model", then.Model, inputs.Model)])
        {
            if (before != now)
            {
                throw new InputException(
                    $"{folder.Root}: the {what} changed since this run began (hash {now[..12]}, then {before[..Math.Min(12, before.Length)]}); put back what it began with, or start anew with 'tributary run' in another folder");
            }
        }
    }

    /// <summary>Reads it back.</summary>
    /// <exception cref="InputException">The folder holds no run, or its experiment was changed.</exception>
    public static Experiment Load(RunFolder folder)
    {
        var origin = ReadOrigin(folder);
        var experiment = ExperimentFile.Read(folder.Experiment, origin.Settings, relativeTo: origin.File);
        return origin.ConfigHash is null || origin.ConfigHash == experiment.ConfigHash
            ? experiment
            : throw new InputException($"{folder.Experiment} was changed since this run began; put back what it said, or start a run of its own from it with 'tributary run' in another folder");
    }

    /// <summary>The experiment for people: the file's text, with the command line's settings as comments at its end.</summary>
    /// <exception cref="InputException">The folder holds no run.</exception>
    public static string Describe(RunFolder folder)
    {
        var settings = ReadOrigin(folder).Settings;
        var text = File.ReadAllText(folder.Experiment).TrimEnd();
        return settings.Length == 0 ? text : $"{text}\n\n# changed on the command line:\n{string.Concat(settings.Select(setting => $"# --set {setting}\n"))}";
    }

    private static Origin ReadOrigin(RunFolder folder)
    {
        if (new[] { folder.Experiment, folder.Origin }.FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            throw new InputException($"{folder.Root} holds no run: there is no {Path.GetRelativePath(folder.Root, missing)}{(Directory.Exists(folder.Server) ? "; restore it from a copy, or start the run anew with 'tributary run' in another folder" : "")}");
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(folder.Origin), RunsJson.Default.Origin) is { File.Length: > 0 } origin && !origin.Settings.Contains(null!)
                ? origin
                : throw new InputException($"{folder.Origin} is damaged; restore it from a copy, or start the run anew with 'tributary run' in another folder");
        }
        catch (JsonException error)
        {
            throw new InputException($"{folder.Origin}: broken JSON at line {error.LineNumber + 1}; restore it from a copy, or start the run anew with 'tributary run' in another folder", error);
        }
    }
}

/// <summary>Where an experiment came from, and what it was run on; without the hash of its configuration it was written by an earlier version.</summary>
internal sealed record Origin(string File, string[] Settings, RunInputs Inputs, string? ConfigHash = null);

/// <summary>How it is written.</summary>
[System.Text.Json.Serialization.JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(Origin))]
internal sealed partial class RunsJson : System.Text.Json.Serialization.JsonSerializerContext;
