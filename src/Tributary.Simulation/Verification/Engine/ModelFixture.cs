using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Autograd;
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

    // hidden_states.0 is the embedding's output, i the one after block i; the last comes after the final norm, where junctions have none, and before any factor behind it.
    private static void CompareHidden(FixtureLearner learner, ExpectedTensors expected, FixtureTolerances tolerances)
    {
        var (model, batch) = (learner.Learner.Model, learner.Batch);
        var finalNorm = model.Modules.OfType<Junction>().All(junction => junction.Norm is null);
        Compare(model.Encoder is null ? "hidden_states" : "decoder_hidden_states", batch, (pass, end) => end < model.Shape.Layers || !finalNorm
            ? model.Blocks(pass, model.Embed(pass), 0, end)
            : pass.Tape.Scale(model.Finish(pass, model.Hidden(pass)), 1 / model.Shape.OutputScale));
        if (model.Encoder is { } encoder && batch.Source is { } source)
        {
            Compare("encoder_hidden_states", source, (pass, end) => end < encoder.Layers ? encoder.Hidden(pass, end) : encoder.Output(pass));
        }

        void Compare(string name, FixtureBatch rows, Func<Pass, int, Var> hidden)
        {
            for (var i = 0; expected.Contains($"{name}.{i}"); i++)
            {
                var end = i;
                expected.CompareRows($"{name}.{i}", learner.Learner.Infer(rows.Rows, pass => hidden(pass, end)), rows, tolerances.Of($"{name}.{i}"));
            }
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
