using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Generation;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>A whole model: logits, hidden states, loss, every gradient, an optimizer step, a left-padded batch and its greedy continuation.</summary>
internal sealed class ModelFixture : IFixtureKind
{
    /// <inheritdoc/>
    public bool Claims(string path) => File.Exists(Path.Combine(path, "config.json")) && File.Exists(Path.Combine(path, "expected.safetensors"));

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        if (FixtureSupport.WhyNotModel(path) is { } why)
        {
            report.Skip(why);
            return;
        }

        using var backend = FixtureBackend.Create();
        using var model = ModelLoader.Load(path, backend);
        var tolerances = FixtureTolerances.Load(path);
        var batch = FixtureBatch.Read(FixtureJson.Load(Path.Combine(path, "inputs.json")), model.Shape);
        var whole = new FullConfig().Resolve(model)[0];
        using var learner = new FixtureLearner(model, [(whole, whole.Initial(model, seed: 0))], batch);
        using (var expected = ExpectedTensors.Open(Path.Combine(path, "expected.safetensors"), report))
        {
            learner.CompareLogits(expected, "logits", tolerances.Of("logits"));
            CompareHidden(learner, expected, tolerances);
            learner.CompareGradients(expected, key => key.Name, tolerances);
        }

        LeftPadded(path, model, tolerances, report);
        if (AdamWNote.Read(path) is { } note)
        {
            learner.CompareSteps(note, key => key.Name, tolerances, report);
        }
    }

    // hidden_states.0 is the embedding's output, i the one after block i; the last comes after the final norm, where junctions have none.
    private static void CompareHidden(FixtureLearner learner, ExpectedTensors expected, FixtureTolerances tolerances)
    {
        var model = learner.Learner.Model;
        var finalNorm = model.Modules.OfType<Junction>().All(junction => junction.Norm is null);
        for (var i = 0; expected.Contains($"hidden_states.{i}"); i++)
        {
            var end = i;
            var hidden = learner.Learner.Infer(
                learner.Batch.Rows, pass => end < model.Shape.Layers || !finalNorm ? model.Blocks(pass, model.Embed(pass), 0, end) : model.Finish(pass, model.Hidden(pass)));
            expected.CompareRows($"hidden_states.{i}", hidden, learner.Batch, tolerances.Of($"hidden_states.{i}"));
        }
    }

    private static void LeftPadded(string path, LanguageModel model, FixtureTolerances tolerances, FixtureReport report)
    {
        var inputs = Path.Combine(path, "inputs_left_padded.json");
        var outputs = Path.Combine(path, "expected_left_padded.safetensors");
        if (!File.Exists(inputs) || !File.Exists(outputs))
        {
            return;
        }

        using var learner = new FixtureLearner(model, [], FixtureBatch.Read(FixtureJson.Load(inputs), model.Shape));
        using var expected = ExpectedTensors.Open(outputs, report);
        var tolerance = tolerances.Of("logits");
        learner.CompareLogits(expected, "logits", tolerance);
        if (expected.Contains("greedy"))
        {
            CompareGreedy(learner, expected, tolerance, report);
        }
    }

    private static void CompareGreedy(FixtureLearner learner, ExpectedTensors expected, double tolerance, FixtureReport report)
    {
        var generator = new Generator(learner.Learner);
        var width = expected.Shape("greedy")[1];
        var tokens = expected.Integers("greedy");
        var margins = expected.Values("greedy_margin");
        var count = width - learner.Batch.PaddedLength;
        for (var i = 0; i < learner.Batch.Count; i++)
        {
            var made = generator.Generate(learner.Batch.Prompt(i), count, Sampling.Greedy, seed: 0, new HashSet<int>());
            for (var t = 0; t < count; t++)
            {
                if (margins[(i * count) + t] <= 2 * tolerance)
                {
                    report.LeaveOut("greedy tokens after a tie within tolerance");
                    break;
                }

                report.Compare($"greedy[{i}][{t}]", tokens[(i * width) + learner.Batch.PaddedLength + t], t < made.Count ? made[t] : -1, 0);
            }
        }
    }
}
