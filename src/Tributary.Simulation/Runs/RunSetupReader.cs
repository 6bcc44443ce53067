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
using Tributary.Learning.Adaptation;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Generation;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tokenizers;
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
        LanguageModel? model = null;
        try
        {
            var tokenizer = TokenizerLoader.Load(experiment.Model);
            var words = experiment.Data.Cloze is { } cloze ? ClozeWords.Of(tokenizer, cloze).Tokens : null;
            model = ModelLoader.Load(experiment.Model, backend, experiment.Backend.BaseType, words);
            var opened = Read(experiment, backend, model, tokenizer, small ? threads : 1);

            // Texts that became rows would stay in memory beside the training; the runtime gives little back by itself.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return opened;
        }
        catch
        {
            model?.Dispose();
            backend.Dispose();
            throw;
        }
    }

    /// <summary>The same model and data for an experiment that differs from theirs in its method alone; only the setup that was read is to be disposed of.</summary>
    /// <exception cref="ImpossibleException">The method cannot go with them.</exception>
    public static RunSetup With(RunSetup opened, Experiment experiment)
    {
        experiment.RequireClients(opened.Owners.Count);
        RequireMeasurable(experiment, opened.Owners);
        var devices = DevicesOf(experiment, opened.Owners);
        var method = MethodFor(experiment, opened.Model, opened.Objective, devices);
        var adapters = method.Adaptation.ForTask(opened.Model.Shape.Task).Resolve(opened.Model);
        return DeviceFit.Require(opened with
        {
            SharedPass = SharedPass.Of(opened.Model, adapters, opened.Objective, method, opened.Owners),
            Adapters = adapters,
            Method = method,
            Devices = devices,
            ConfigHash = experiment.ConfigHash,
            Subject = opened.Subject with { Trainable = CountOf(adapters) },
        }, experiment);
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

    private static long CountOf(IEnumerable<IAdapter> adapters) => adapters.Sum(adapter => adapter.Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (x, y) => x * y)));

    private static RunSetup Read(Experiment experiment, CpuBackend backend, LanguageModel model, ITokenizer tokenizer, int parallel)
    {
        TextGenerator.RequireFit(tokenizer, model, experiment.Model);
        if (model.Shape.Positions < experiment.MaxLength)
        {
            throw new ImpossibleException(
                experiment.File, [$"training.max_length is {experiment.MaxLength}, the model's context {model.Shape.Positions}; set it to at most {model.Shape.Positions}"]);
        }

        var (owners, own) = new OwnerReader(experiment, model, tokenizer).Read();
        experiment.RequireClients(owners.Count);
        RequireMeasurable(experiment, owners);
        var devices = DevicesOf(experiment, owners);
        var objective = Objective.Of(model.Shape);
        var method = MethodFor(experiment, model, objective, devices);
        var pooled = method.Cohort is Cohort.Union;
        var adapters = method.Adaptation.ForTask(model.Shape.Task).Resolve(model);
        using var weights = ModelWeights.Open(experiment.Model);
        string[] files = [.. weights.Files];
        var inputs = new RunInputs(RunInputs.HashOf(owners, own), Hash([Path.Combine(experiment.Model, "config.json"), .. files]));
        return new RunSetup
        {
            Backend = backend,
            Parallel = Math.Max(1, Math.Min(parallel, owners.Count)),
            SharedPass = SharedPass.Of(model, adapters, objective, method, owners),
            Model = model,
            ModelFolder = experiment.Model,
            Tokenizer = tokenizer,
            Adapters = adapters,
            Objective = objective,
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
            Subject = Subject(experiment, model, files, owners, inputs.Data, CountOf(adapters)),
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
