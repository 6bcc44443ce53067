using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>One adapter, or several active at once: logits, loss, gradients, optimizer steps, merged weights.</summary>
internal sealed class AdapterFixture : IFixtureKind
{
    /// <inheritdoc/>
    public bool Claims(string path) => AdapterFolders.IsAdapterFixture(path) && !AdapterFolders.Open(path).AreCombinations;

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var folders = AdapterFolders.Open(path);
        if (folders.WhyNot is { } why)
        {
            report.Skip(why);
            return;
        }

        using var backend = FixtureBackend.Create();
        using var model = ModelLoader.Load(folders.Base, backend);
        using var expected = ExpectedTensors.Open(Path.Combine(path, "expected.safetensors"), report);
        var tolerances = FixtureTolerances.Load(path);
        var batch = FixtureBatch.Read(FixtureJson.Load(Path.Combine(folders.Base, "inputs.json")), model.Shape);
        var adapters = folders.Adapters.Select(a => Start(a.Folder, model, a.Name, expected)).ToArray();
        using var learner = new FixtureLearner(model, adapters, batch);
        learner.CompareLogits(expected, "logits", tolerances.Of("logits"));
        learner.CompareGradients(expected, NameIn(expected), tolerances);
        CompareAlone(learner, adapters, expected, tolerances);
        CompareMerged(path, folders.Base, model, adapters, batch, expected, tolerances, report);
        if (AdamWNote.Read(path) is { } note)
        {
            learner.CompareSteps(note, NameIn(expected), tolerances, report);
        }
    }

    // Trained tensors that a library does not put into its files (encoders of prompts) begin at values that the expectations give.
    private static (IAdapter Adapter, ParameterSet Values) Start(string folder, LanguageModel model, string name, ExpectedTensors expected)
    {
        if (!expected.Names.Any(n => n.StartsWith("init.", StringComparison.Ordinal)))
        {
            return AdapterFolder.Read(folder, model, name);
        }

        using var stored = SafetensorsFile.Open(Path.Combine(folder, AdapterFolder.TensorFile));
        var adapter = AdapterFolder.ReadSettings(folder).Resolve(model, name)[0];
        return (adapter, new ParameterSet(adapter.Tensors.Select(t => new HostTensor(
            t.Key, t.Shape, expected.Contains("init." + t.Key.Name) ? expected.Values("init." + t.Key.Name) : stored.ReadFloats(t.Key.Name)))));
    }

    // With several adapters of one kind, the names in expectations begin with the adapter's.
    private static Func<TensorKey, string> NameIn(ExpectedTensors expected)
    {
        var names = expected.Names.ToHashSet(StringComparer.Ordinal);
        return key => names.Contains($"grad.{key.Adapter}.{key.Name}") ? $"{key.Adapter}.{key.Name}" : key.Name;
    }

    private static void CompareAlone(FixtureLearner learner, (IAdapter Adapter, ParameterSet Values)[] adapters, ExpectedTensors expected, FixtureTolerances tolerances)
    {
        foreach (var name in adapters.Select(a => a.Adapter.Name).Where(name => expected.Contains("logits_" + name)))
        {
            learner.Learner.Activate((name, 1));
            learner.CompareLogits(expected, "logits_" + name, tolerances.Of("logits_" + name, "logits"));
        }

        learner.Learner.Activate([.. adapters.Select(a => (a.Adapter.Name, 1f))]);
    }

    private static void CompareMerged(
        string path, string baseFolder, LanguageModel model, (IAdapter Adapter, ParameterSet Values)[] adapters, FixtureBatch batch, ExpectedTensors expected,
        FixtureTolerances tolerances, FixtureReport report)
    {
        var folder = Path.Combine(path, "merged");
        if (!Directory.Exists(folder) && !expected.Contains("merged_logits"))
        {
            return;
        }

        var merged = MergedWeights.Of(model, adapters).ToSet();
        if (Directory.Exists(folder))
        {
            CompareWeights(merged, folder, report);
        }

        if (expected.Contains("merged_logits"))
        {
            var config = File.ReadAllText(Path.Combine(Directory.Exists(folder) ? folder : baseFolder, "config.json"));
            using var whole = ModelLoader.Build(config, model.Backend, new MemoryTensors(merged));
            using var learner = new FixtureLearner(whole, [], batch);
            learner.CompareLogits(expected, "merged_logits", tolerances.Of("merged_logits", "logits"));
        }
    }

    // Merged weights carry no tolerance of their own: outputs are held to 2e-6 of the largest entry.
    private static void CompareWeights(ParameterSet merged, string folder, FixtureReport report)
    {
        using var weights = ModelWeights.Open(folder);
        var byName = merged.ToDictionary(t => t.Key.Name, StringComparer.Ordinal);
        foreach (var name in weights.Names)
        {
            report.Check($"merged {name} exists", byName.Remove(name, out var tensor));
            if (tensor is not null)
            {
                var expected = Array.ConvertAll(weights.ReadFloats(name), v => (double)v);
                report.CompareRelative("merged " + name, expected, Array.ConvertAll(tensor.Values, v => (double)v), 2e-6);
            }
        }

        report.Check($"merged weights are those of the fixture, not also {string.Join(", ", byName.Keys)}", byName.Count == 0);
    }
}
