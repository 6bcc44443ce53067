using System.Globalization;
using System.Security.Cryptography;
using Tributary.Federation.Clients;
using Tributary.Federation.Cuts;
using Tributary.Federation.Devices;
using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.ClassTables;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Results;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Safetensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Devices;

namespace Tributary.Simulation.Runs;

/// <summary>Opens what an experiment names: model, tokenizer, data divided among owners. Everything that can be wrong with them is found here, before the first step.</summary>
public static class RunSetupReader
{
    // Below this size a step is too small to share among threads; clients then run side by side instead.
    internal const long SmallModel = 20_000_000;

    /// <summary>Opens model and data, and sees to it that every client's machine can hold its part.</summary>
    /// <exception cref="InputException">Something is missing, damaged, or does not belong together.</exception>
    /// <exception cref="ImpossibleException">Machines are too small.</exception>
    public static RunSetup Read(Experiment experiment)
    {
        var opened = Open(experiment);
        try
        {
            return DeviceFit.Require(opened, experiment);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Opens model and data.</summary>
    /// <exception cref="InputException">Something is missing, damaged, or does not belong together.</exception>
    internal static RunSetup Open(Experiment experiment)
    {
        var threads = experiment.Backend.Threads ?? Environment.ProcessorCount;
        var small = ModelFolders(experiment).Max(ParametersOf) < SmallModel;
        var backend = new CpuBackend(small ? 1 : threads);
        Backbone? own = null;
        try
        {
            own = Backbone.Open(experiment, experiment.Model, experiment.Backend.BaseType, backend);
            var opened = BaseChoice.Of(Read(experiment, own, small ? threads : 1), experiment);

            // Texts that became rows would stay in memory beside the training; the runtime gives little back by itself.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return opened;
        }
        catch
        {
            own?.Dispose();
            backend.Dispose();
            throw;
        }
    }

    /// <summary>Refuses an experiment that differs from one that was read in its method and its machines alone, and cannot go with that one's model and data.</summary>
    /// <exception cref="ImpossibleException">It cannot.</exception>
    public static void Require(RunSetup opened, Experiment experiment)
    {
        if (experiment.Devices?.Profiles.FirstOrDefault(profile => profile.HasOwnModel) is { } other)
        {
            throw new ImpossibleException(
                experiment.File, [$"devices.profiles.{other.Name} has a model or adapters of its own, but a comparison trains its baselines on one model; run such an experiment by itself"]);
        }

        experiment.RequireClients(opened.Owners.Count);
        RequireMeasurable(experiment, opened.Owners);
        var devices = DevicesOf(experiment, [.. opened.Owners.Select(owner => owner.Id)]);
        var method = MethodFor(experiment, opened.Model, opened.Objective, devices);
        var own = opened.Backbones.Own.For(experiment, method);
        var setup = opened with { Backbones = new Backbones(own, new Dictionary<string, Backbone>()), Method = method, Devices = devices };
        try
        {
            setup = setup with { Backbones = Held(experiment, own, devices).For(experiment, method) };
            setup = BaseChoice.Of(setup, experiment);
            DeviceFit.Require(setup, experiment);
        }
        finally
        {
            DisposeOthers(setup.Backbones, own);
        }
    }

    // Clients whose machines hold another model, or keep it otherwise, share a base of their own kind.
    private static Backbones Held(Experiment experiment, Backbone own, IReadOnlyDictionary<string, DeviceProfile>? devices)
    {
        var held = new Backbones(own, new Dictionary<string, Backbone>());
        try
        {
            foreach (var kind in (devices ?? new Dictionary<string, DeviceProfile>()).OrderBy(device => device.Key, StringComparer.Ordinal)
                .GroupBy(device => (Folder: device.Value.Model ?? own.Folder, Storage: device.Value.BaseType ?? own.Storage, device.Value.Adaptation))
                .Where(kind => kind.Key != (own.Folder, own.Storage, null)))
            {
                var (folder, storage, adaptation) = kind.Key;
                var opened = held.All.FirstOrDefault(backbone => backbone.Folder == folder) is { } same
                    ? same.Kept(experiment, storage) : Backbone.Open(experiment, folder, storage, own.Model.Backend);
                held = held.With([.. kind.Select(device => device.Key)], opened with { Adaptation = adaptation });
                Require(experiment, own, opened, kind.First().Value);
            }

            return held;
        }
        catch
        {
            DisposeOthers(held, own);
            throw;
        }
    }

    // What is told of classes, and how losses are joined, must mean the same to everybody.
    private static void Require(Experiment experiment, Backbone own, Backbone other, DeviceProfile profile)
    {
        var (here, there) = (own.Model.Shape, other.Model.Shape);
        var reason = here.Task != there.Task ? $"is for {there.Task}, the experiment's for {here.Task}"
            : here.Classes != there.Classes ? $"has {there.Classes} classes, the experiment's {here.Classes}"
            : !(here.Head.ClassNames ?? []).SequenceEqual(there.Head.ClassNames ?? []) ? "names its classes otherwise or in another order than the experiment's"
            : null;
        if (reason is not null)
        {
            throw new ImpossibleException(experiment.File, [$"devices.profiles.{profile.Name}.model {reason}; choose models with the same output"]);
        }
    }

    private static void RequireTogether(Experiment experiment, Backbones bases, Method method, IReadOnlyDictionary<string, DeviceProfile>? devices)
    {
        var others = (devices ?? new Dictionary<string, DeviceProfile>()).Where(device => device.Value.HasOwnModel).DistinctBy(device => device.Value.Name)
            .OrderBy(device => device.Value.Name, StringComparer.Ordinal).Select(device => (device.Value.Name, bases.Of(device.Key).Layout)).ToArray();
        string[] reasons =
        [
            .. BaseRules.Refusals(method, bases.Own.Layout, others),
            .. experiment.Data.PooledBaseline && !(bases.AreOneModel && bases.AreAlike) ? ["data.pooled_baseline: clients hold different models, so that there is no one to train on all rows; leave it out"] : Array.Empty<string>(),
        ];
        if (reasons.Length > 0)
        {
            throw new ImpossibleException(experiment.File, reasons);
        }
    }

    private static IReadOnlyList<string> ModelFolders(Experiment experiment) =>
        [.. (experiment.Devices?.Profiles ?? []).Select(profile => profile.Model).OfType<string>().Prepend(experiment.Model).Distinct(StringComparer.Ordinal)];

    private static long ParametersOf(string folder)
    {
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Load(folder, backend);
        return model.ParameterCount;
    }

    private static void DisposeOthers(Backbones bases, Backbone own)
    {
        foreach (var other in bases.All.Where(other => other.Model != own.Model))
        {
            other.Dispose();
        }
    }

    // What is trained on the union of all rows is trained on no client's machine.
    private static IReadOnlyDictionary<string, DeviceProfile>? DevicesOf(Experiment experiment, IReadOnlyList<string> clients) =>
        experiment.Method.Cohort is Cohort.Union ? null : experiment.Devices?.Assign(experiment.File, clients);

    private static Method MethodFor(Experiment experiment, LanguageModel model, IObjective objective, IReadOnlyDictionary<string, DeviceProfile>? devices)
    {
        var method = InitialisationRules.For(experiment.Method, experiment.Data.Public is not null);
        method = CutRules.For(PseudoLabelling.For(ClassTableRules.For(devices is null ? method : DeviceRules.Equipped(method, devices), model.Shape), model.Shape), model.Shape);
        string[] refusals = [.. MethodRules.Refusals(method), .. UpperPart.Refusal(method, experiment.Durations, model, objective) is { } uncut ? [uncut] : Array.Empty<string>()];
        return refusals.Length > 0 ? throw new ImpossibleException(experiment.File, refusals) : method;
    }

    private static RunSetup Read(Experiment experiment, Backbone own, int parallel)
    {
        var bases = new Backbones(own, new Dictionary<string, Backbone>());
        try
        {
            IReadOnlyDictionary<string, DeviceProfile>? devices = null;
            var (owners, server) = new OwnerReader(experiment).Read(clients => bases = Held(experiment, own, devices = DevicesOf(experiment, clients)));
            experiment.RequireClients(owners.Count);
            RequireMeasurable(experiment, owners);
            var method = MethodFor(experiment, own.Model, own.Objective, devices);
            bases = bases.For(experiment, method);
            RequireTogether(experiment, bases, method, devices);
            return Read(experiment, bases, devices, method, owners, server, parallel);
        }
        catch
        {
            DisposeOthers(bases, own);
            throw;
        }
    }

    private static RunSetup Read(
        Experiment experiment, Backbones bases, IReadOnlyDictionary<string, DeviceProfile>? devices, Method method, IReadOnlyList<OwnerData> owners, TokenizedDataset? server, int parallel)
    {
        var pooled = method.Cohort is Cohort.Union;
        using var weights = ModelWeights.Open(experiment.Model);
        string[] files = [.. weights.Files];
        var inputs = new RunInputs(RunInputs.HashOf(owners, server), HashOfModels(ModelFolders(experiment)));
        return new RunSetup
        {
            Backend = bases.Own.Model.Backend,
            Parallel = Math.Max(1, Math.Min(parallel, owners.Count)),
            Backbones = bases,
            Method = method,
            Rounds = pooled ? 1 : experiment.Rounds,
            RoundsAtOnce = pooled ? experiment.Rounds : 1,
            Durations = experiment.Durations,
            EvaluateEvery = experiment.Evaluation.Every,
            KeepBest = experiment.Evaluation.KeepBest,
            Owners = owners,
            Public = server,
            Trainers = pooled ? [OwnerData.Union(CohortRules.Pooled, owners)] : owners,
            Devices = devices,
            LocalBaseline = experiment.Data.LocalBaseline,
            PooledBaseline = experiment.Data.PooledBaseline,
            Seed = experiment.Seed,
            ConfigHash = experiment.ConfigHash,
            Inputs = inputs,
            Name = experiment.Name,
            Subject = Subject(experiment, bases.Own.Model, files, owners, inputs.Data, bases.Own.Trainable),
            DataWarnings = [.. TokenizationReport.Warnings([.. owners.Select(owner => (owner.Id, owner.Train.Report))]).Select(warning => new CountedWarning(warning, 1))],
        };
    }

    private static void RequireMeasurable(Experiment experiment, IReadOnlyList<OwnerData> owners)
    {
        if (!experiment.Evaluation.KeepBest)
        {
            return;
        }

        if (owners.All(owner => owner.Validation is null))
        {
            throw new ImpossibleException(experiment.File, ["evaluation.keep_best needs validation rows; set data.validation"]);
        }

        // Private tensors are those of the last round, whichever round was best.
        if (experiment.Method.Serving is not Serving.Global)
        {
            throw new ImpossibleException(experiment.File, ["evaluation.keep_best cannot go with a method whose clients keep tensors of their own; leave it out"]);
        }
    }

    private static RunSubject Subject(Experiment experiment, LanguageModel model, IReadOnlyList<string> weights, IReadOnlyList<OwnerData> owners, string dataHash, long trainable)
    {
        var data = experiment.Data.Train.SelectMany(SourceFile.Expand).ToArray();
        return new RunSubject(
            Path.GetFileName(experiment.Model.TrimEnd(Path.DirectorySeparatorChar)),
            model.Shape.Family,
            model.ParameterCount,
            trainable,
            weights.Sum(FileLength.Of),
            Hash(weights),
            string.Join(", ", experiment.Data.Train.Select(t => Path.GetFileName(t))),
            experiment.Data.Format.ToString().ToLowerInvariant(),
            Describe(experiment.Data.Partition),
            owners.Sum(o => (long)o.Train.Count),
            data.Sum(FileLength.Of),
            dataHash);
    }

    private static string Describe(PartitionSettings partition) => (partition.Kind == "files" ? "one file for each owner" : partition.Kind)
        + (partition.Alpha is { } alpha ? string.Create(CultureInfo.InvariantCulture, $", alpha {alpha}") : "")
        + (partition.By is { } by ? $", by {by}" : "")
        + (partition.Name is { } name ? $" {name}" : "")
        + (partition.PerClient is { } shards ? string.Create(CultureInfo.InvariantCulture, $", {shards} for each client") : "")
        + (partition.MinRows is { } rows ? string.Create(CultureInfo.InvariantCulture, $", at least {rows} rows") : "")
        + (partition.Clients is { } clients ? string.Create(CultureInfo.InvariantCulture, $", {clients} clients") : "");

    // Of one model its files; of several the hashes of each.
    private static string HashOfModels(IReadOnlyList<string> folders)
    {
        string[] each = [.. folders.Select(folder =>
        {
            using var weights = ModelWeights.Open(folder);
            return Hash([Path.Combine(folder, "config.json"), .. weights.Files]);
        })];
        return each.Length == 1 ? each[0] : Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', each))));
    }

    private static string Hash(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var path in files.Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(path);
            for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
