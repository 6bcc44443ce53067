using Tributary.Federation.Devices;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Data;
using YamlDotNet.RepresentationModel;
using Tributary.Learning.Data.Templates;
using Tributary.Numerics;

namespace Tributary.Federation.Experiments;

/// <summary>Reads experiment files.</summary>
public static class ExperimentFile
{
    private const int MostRounds = 1_000_000;
    private const int MostClients = 1_000_000;

    /// <summary>Reads a file with the command line's settings put in.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="settings">Settings <c>a.b=value</c>, in order.</param>
    /// <param name="environment">Value of an environment variable; null reads the process's.</param>
    /// <param name="relativeTo">The file whose folder relative paths begin at and whose name is the default, when a copy is read.</param>
    /// <exception cref="InputException">Anything is unknown, missing or absurd; the message says what, where, and how to mend it.</exception>
    /// <exception cref="ImpossibleException">Every setting can be read, but they cannot hold together.</exception>
    public static Experiment Read(string path, IReadOnlyList<string>? settings = null, Func<string, string?>? environment = null, string? relativeTo = null)
    {
        var file = Path.GetFullPath(relativeTo ?? path);
        var tree = new ExperimentTree(YamlSource.ReadFile(Path.GetFullPath(path)), file);
        foreach (var setting in settings ?? [])
        {
            tree.Set(setting);
        }

        return Read(tree, file, new Section(tree.Root, "", tree.Where, environment ?? Environment.GetEnvironmentVariable));
    }

    private static Experiment Read(ExperimentTree tree, string file, Section root)
    {
        var folder = Path.GetDirectoryName(file)!;
        var name = root.Text("name") ?? Path.GetFileNameWithoutExtension(file);
        var model = Resolve(folder, root.Required("model"));
        var data = Data(root, folder);
        var parts = new PartReader(tree.Where);
        var methods = new MethodReader(parts);
        var own = methods.Read(root);
        var training = root.Below("training");
        var method = methods.WithTraining(own, root, training);
        var seed = root.Long("seed", 0, long.MaxValue) ?? 1;
        var devices = DevicesReader.Read(root, seed, path => Resolve(folder, path), (node, key) => parts.ReadOver(node, PartsJson.Default.AdapterConfig, key, method.Adaptation));
        var experiment = new Experiment
        {
            File = file,
            Name = name,
            Model = model,
            Data = data,
            Method = method,
            Rounds = training.Integer("rounds", 1, MostRounds) ?? 10,
            MaxLength = training.Integer("max_length", 2, 1 << 20) ?? 256,
            Backend = Backend(root),
            Evaluation = Evaluation(root),
            Devices = devices,
            Durations = DurationsReader.Read(root, new PartReader(tree.Where)),
            Seed = seed,
            Output = Resolve(folder, root.Text("output") ?? Path.Combine("runs", name)),
            ConfigHash = tree.Hash(),
        };
        training.RefuseOthers();
        foreach (var (key, instead) in Unsupported)
        {
            root.RefuseUnsupported(key, instead);
        }

        root.RefuseOthers();
        string[] misfit = new AdaptationReader(parts, root).Misfit(own) is { } reason ? [reason] : [];
        string[] reasons = [.. misfit.Concat(MethodRules.RefusalsOfReplaceable(own)).Concat(MethodRules.Refusals(method)).Concat(DeviceRules.Refusals(method, devices?.Profiles ?? [])).Distinct(StringComparer.Ordinal)];
        return reasons.Length > 0 ? throw new ImpossibleException(file, reasons) : experiment;
    }

    private static IReadOnlyList<(string Key, string Instead)> Unsupported { get; } =
    [
        ("privacy", "leave it out"), ("robust", "choose method.combine: median or trimmed_mean"), ("network", "leave it out"),
        ("models", "use 'model'"), ("stages", "run one experiment after another"),
    ];

    private static DataSettings Data(Section root, string folder)
    {
        var data = root.Below("data");
        var settings = new DataSettings(
            Paths(data, "train", folder) ?? throw data.Missing("train"),
            Format(data),
            Partition(data),
            HeldOut(data, "validation", folder, 0.1),
            HeldOut(data, "test", folder, 0),
            data.Flag("local_baseline") ?? false,
            data.Flag("pooled_baseline") ?? false,
            Columns(data),
            Template(data),
            data.Flag("train_on_prompt") ?? false,
            Chat(data),
            Cloze(data),
            Paths(data, "public", folder));
        if (settings.Validation.Share + settings.Test.Share >= 1)
        {
            throw data.Bad(data.Node("test") ?? data.Node("validation")!, "test", "and 'data.validation' together leave nothing to train on");
        }

        data.RefuseOthers();
        return settings;
    }

    private static IReadOnlyList<string>? Paths(Section data, string key, string folder)
    {
        var paths = data.Texts(key);
        return paths?.Count == 0 || paths?.Any(string.IsNullOrWhiteSpace) == true
            ? throw data.Bad(data.Node(key)!, key, "is empty, expected a path or a list of paths")
            : paths?.Select(path => Resolve(folder, path)).ToArray();
    }

    private static PromptTemplate? Template(Section data)
    {
        var node = data.Node("template");
        try
        {
            if (node is not YamlMappingNode)
            {
                return node is null ? null : PromptTemplate.Named(data.Required("template"));
            }

            var texts = data.Below("template");
            var template = new PromptTemplate(texts.Required("with_context"), texts.Required("without_context"));
            texts.RefuseOthers();
            return template;
        }
        catch (InputException error) when (node is YamlScalarNode)
        {
            throw data.Bad(node, "template", $"cannot be used: {error.Message}");
        }
    }

    private static ChatTemplate? Chat(Section data)
    {
        var node = data.Node("chat_template");
        try
        {
            if (node is not YamlMappingNode)
            {
                return node is null ? null : ChatTemplates.Named(data.Required("chat_template"));
            }

            var texts = data.Below("chat_template");
            var template = new ChatTemplate(texts.Required("system"), texts.Required("user"), texts.Required("assistant"), texts.Text("tool"));
            texts.RefuseOthers();
            return template;
        }
        catch (InputException error) when (node is YamlScalarNode)
        {
            throw data.Bad(node, "chat_template", $"cannot be used: {error.Message}");
        }
    }

    private static ClozeTemplate? Cloze(Section data)
    {
        var cloze = data.Below("cloze");
        if (!cloze.Exists)
        {
            return null;
        }

        var (pattern, section) = (cloze.Required("pattern"), cloze.Below("words"));
        (string, string)[] words = [.. section.Names.Select(label => (label, section.Required(label)))];
        cloze.RefuseOthers();
        try
        {
            return new ClozeTemplate(pattern, words);
        }
        catch (InputException error)
        {
            throw data.Bad(data.Node("cloze")!, "cloze", $"cannot be used: {error.Message}");
        }
    }

    private static DataFormat Format(Section data)
    {
        try
        {
            return DataFormats.Parse(data.Text("format") ?? "auto");
        }
        catch (InputException error)
        {
            throw data.Bad(data.Node("format")!, "format", $"cannot be used: {error.Message}");
        }
    }

    private static PartitionSettings Partition(Section data)
    {
        var partition = data.Below("partition");
        var settings = new PartitionSettings(
            partition.Text("kind") ?? "files",
            partition.Integer("clients", 1, MostClients),
            partition.Number("alpha", value => value > 0, "a number above 0"),
            partition.Integer("per_client", 1, MostClients),
            partition.Text("by"),
            partition.Text("name"),
            partition.Integer("min_rows", 1, int.MaxValue));
        partition.RefuseOthers();
        string[] kinds = ["files", "iid", "dirichlet", "quantity", "shards", "column", "cluster"];
        return kinds.Contains(settings.Kind, StringComparer.Ordinal)
            ? settings
            : throw partition.Bad(partition.Node("kind")!, "kind", $"has no choice '{settings.Kind}'{Nearest.Hint(settings.Kind, kinds)}");
    }

    private static HeldOut HeldOut(Section data, string key, string folder, double otherwise)
    {
        var text = data.Text(key);
        if (text is null)
        {
            return new HeldOut(otherwise);
        }

        return double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _)
            ? new HeldOut(data.Number(key, value => value is >= 0 and < 1, "a share from 0 to below 1, or a path")!.Value)
            : new HeldOut(0, Resolve(folder, text));
    }

    private static DataColumns Columns(Section data)
    {
        var columns = data.Below("columns");
        var settings = new DataColumns(columns.Texts("text"), columns.Texts("label"), columns.Flag("header"), columns.Text("pair"));
        columns.RefuseOthers();
        return settings;
    }

    private static BackendSettings Backend(Section root)
    {
        var backend = root.Below("backend");
        var storage = backend.Storage("base_dtype") ?? StorageType.F32;
        var settings = new BackendSettings(backend.Integer("threads", 1, 1024), storage);
        backend.RefuseUnsupported("native", "leave it out");
        backend.RefuseOthers();
        return settings;
    }

    private static EvaluationSettings Evaluation(Section root)
    {
        var evaluation = root.Below("evaluation");
        var settings = new EvaluationSettings(evaluation.Integer("every", 1, MostRounds) ?? 1, evaluation.Flag("keep_best") ?? false);
        evaluation.RefuseUnsupported("tasks", "the validation loss is always measured");
        evaluation.RefuseOthers();
        return settings;
    }

    private static string Resolve(string folder, string path) => path.StartsWith("agent:", StringComparison.Ordinal) ? path : Path.GetFullPath(path, folder);
}
