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
        using var sizing = new CpuBackend(1);
        long parameters;
        using (var sized = ModelLoader.Load(experiment.Model, sizing))
        {
            parameters = sized.ParameterCount;
        }

        var small = parameters < SmallModel;
        var backend = new CpuBackend(small ? 1 : threads);
        Backbones? backbones = null;
        try
        {
            var own = Backbone.Open(experiment, experiment.Model, experiment.Backend.BaseType, backend);
            backbones = new Backbones(own, new Dictionary<string, Backbone>());
            var opened = BaseChoice.Of(Read(experiment, backend, ref backbones, small ? threads : 1), experiment);

            // Texts that became rows would stay in memory beside the training; the runtime gives little back by itself.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return opened;
        }
        catch
        {
            backbones?.Dispose();
            backend.Dispose();
            throw;
        }
    }

    /// <summary>Refuses an experiment that differs from one that was read in its method and its machines alone, and cannot go with that one's model and data.</summary>
    /// <exception cref="ImpossibleException">It cannot.</exception>
    public static void Require(RunSetup opened, Experiment experiment)
    {
        experiment.RequireClients(opened.Owners.Count);
        RequireMeasurable(experiment, opened.Owners);
        var devices = DevicesOf(experiment, opened.Owners);
        var method = MethodFor(experiment, opened.Model, opened.Objective, devices);
        var own = opened.Backbones.Own.For(experiment, method);
        var setup = opened with { Backbones = new Backbones(own, new Dictionary<string, Backbone>()), Method = method, Devices = devices };
        try
        {
            setup = setup with { Backbones = Held(experiment, setup.Backbones, devices, method) };
            setup = BaseChoice.Of(setup, experiment);
            DeviceFit.Require(setup, experiment);
        }
        finally
        {
            foreach (var other in setup.Backbones.All.Where(other => other != own))
            {
                other.Dispose();
            }
        }
    }

    // Clients whose machines keep the base otherwise hold a copy of their own kind.
    private static Backbones Held(Experiment experiment, Backbones own, IReadOnlyDictionary<string, DeviceProfile>? devices, Method method)
    {
        var held = own;
        var others = (devices ?? new Dictionary<string, DeviceProfile>()).Where(device => (device.Value.BaseType ?? own.Own.Storage) != own.Own.Storage);
        foreach (var kind in others.GroupBy(device => device.Value.BaseType!.Value).OrderBy(kind => kind.Key))
        {
            held = held.With([.. kind.Select(device => device.Key)], own.Own.Kept(experiment, kind.Key).For(experiment, method));
        }

        return held;
    }

    // What is trained on the union of all rows is trained on no client's machine.
    private static IReadOnlyDictionary<string, DeviceProfile>? DevicesOf(Experiment experiment, IReadOnlyList<OwnerData> owners) =>
        experiment.Method.Cohort is Cohort.Union ? null : experiment.Devices?.Assign(experiment.File, [.. owners.Select(owner => owner.Id)]);

    private static Method MethodFor(Experiment experiment, LanguageModel model, IObjective objective, IReadOnlyDictionary<string, DeviceProfile>? devices)
    {
        var method = InitialisationRules.For(experiment.Method, experiment.Data.Public is not null);
        method = CutRules.For(PseudoLabelling.For(ClassTableRules.For(devices is null ? method : DeviceRules.Equipped(method, devices), model.Shape), model.Shape), model.Shape);
        string[] refusals = [.. MethodRules.Refusals(method), .. UpperPart.Refusal(method, experiment.Durations, model, objective) is { } uncut ? [uncut] : Array.Empty<string>()];
        return refusals.Length > 0 ? throw new ImpossibleException(experiment.File, refusals) : method;
    }

    private static RunSetup Read(Experiment experiment, CpuBackend backend, ref Backbones backbones, int parallel)
    {
        var model = backbones.Own.Model;
        var (owners, own) = new OwnerReader(experiment, model, backbones.Own.Tokenizer).Read();
        experiment.RequireClients(owners.Count);
        RequireMeasurable(experiment, owners);
        var devices = DevicesOf(experiment, owners);
        var method = MethodFor(experiment, model, backbones.Own.Objective, devices);
        var pooled = method.Cohort is Cohort.Union;
        backbones = Held(experiment, backbones.For(experiment, method), devices, method);
        using var weights = ModelWeights.Open(experiment.Model);
        string[] files = [.. weights.Files];
        var inputs = new RunInputs(RunInputs.HashOf(owners, own), Hash([Path.Combine(experiment.Model, "config.json"), .. files]));
        return new RunSetup
        {
            Backend = backend,
            Parallel = Math.Max(1, Math.Min(parallel, owners.Count)),
            Backbones = backbones,
            Method = method,
            Rounds = pooled ? 1 : experiment.Rounds,
            RoundsAtOnce = pooled ? experiment.Rounds : 1,
            Durations = experiment.Durations,
            EvaluateEvery = experiment.Evaluation.Every,
            KeepBest = experiment.Evaluation.KeepBest,
            Owners = owners,
            Public = own,
            Trainers = pooled ? [OwnerData.Union(CohortRules.Pooled, owners)] : owners,
            Devices = devices,
            LocalBaseline = experiment.Data.LocalBaseline,
            PooledBaseline = experiment.Data.PooledBaseline,
            Seed = experiment.Seed,
            ConfigHash = experiment.ConfigHash,
            Inputs = inputs,
            Name = experiment.Name,
            Subject = Subject(experiment, model, files, owners, inputs.Data, backbones.Own.Trainable),
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
