using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Simulation.Verification.Calculations;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>A run of one LoRA model over several batches: schedule, accumulation, clipping and AdamW step by step, and the adapter at the end.</summary>
internal sealed partial class CentralRunFixture : IFixtureKind
{
    private const double LossTolerance = 1e-4;
    private const double ParameterTolerance = 5e-5;
    private const double MeanParameterTolerance = 2e-6;

    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(Path.Combine(path, "run.json"), "base", "start_adapter", "optimizer", "schedule", "batches");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var run = FixtureJson.Load(Path.Combine(path, "run.json"));
        var start = RunStart.Read(path, run);
        if (start.WhyNot is { } why)
        {
            report.Skip(why);
            return;
        }

        using var backend = FixtureBackend.Create();
        using var model = ModelLoader.Load(start.Base, backend);
        var adapter = AdapterFolder.Read(start.Adapter, model);
        var batches = run.GetProperty("batches").EnumerateArray().Select(b => FixtureBatch.Read(b, model.Shape)).ToArray();
        using var learner = new FixtureLearner(model, [adapter], batches[0]);
        Train(run, learner, batches, report);

        using var final = ExpectedTensors.Open(Path.Combine(path, "final_adapter.safetensors"), report);
        var (sum, count) = (0.0, 0);
        foreach (var tensor in learner.Learner.Trainable.Read())
        {
            var expected = final.Values(tensor.Key.Name);
            final.Compare(tensor.Key.Name, tensor.Values, ParameterTolerance);
            sum += expected.Zip(tensor.Values, (e, a) => (double)Math.Abs(e - a)).Sum();
            count += expected.Length;
        }

        report.Compare("mean difference of the final parameters", 0, sum / count, MeanParameterTolerance);
    }

    private static void Train(JsonElement run, FixtureLearner fixture, FixtureBatch[] batches, FixtureReport report)
    {
        var learner = fixture.Learner;
        var spec = Spec(run.GetProperty("optimizer"));
        var schedule = run.GetProperty("schedule");
        var total = schedule.GetProperty("total_steps").GetInt64();
        var rates = SchedulesFixture.Parse(schedule.GetProperty("name").GetString()!, schedule.GetProperty("warmup_steps").GetInt64())
            ?? throw new NotSupportedException($"schedule {schedule.GetProperty("name")}");
        var clipping = run.Find("clip_norm") is { } norm ? new GradientClipping.ByNorm(norm.GetDouble()) : new GradientClipping.ByNorm(double.PositiveInfinity);
        var accumulated = Accumulated(run);
        using var optimizer = new Optimizer(spec, learner.Model.Backend, learner.Trainable.Length);
        foreach (var expected in run.GetProperty("trace").EnumerateArray())
        {
            var step = expected.GetProperty("step").GetInt32();
            var rate = rates.At(step, total, spec.LearningRate);
            learner.Trainable.ZeroGradient();
            var loss = 0.0;
            for (var part = 0; part < accumulated; part++)
            {
                loss += learner.AddGradient(batches[((step * accumulated) + part) % batches.Length].Rows, 1f / accumulated) / accumulated;
            }

            var size = clipping.Apply(learner.Model.Backend, learner.Trainable.Gradient);
            optimizer.Step(learner.Trainable.Values, learner.Trainable.Gradient, rate);
            var what = string.Create(CultureInfo.InvariantCulture, $"step {step}");
            report.Compare(what + " lr", expected.GetProperty("lr").GetDouble(), rate, 1e-10 * spec.LearningRate);
            report.Compare(what + " loss", expected.GetProperty("loss").GetDouble(), loss, LossTolerance);
            if (expected.Find("grad_norm_before_clipping") is { } before)
            {
                report.Compare(what + " gradient norm", before.GetDouble(), size, LossTolerance * Math.Max(1, before.GetDouble()));
            }
        }
    }

    private static OptimizerSpec.AdamW Spec(JsonElement optimizer) =>
        optimizer.GetProperty("name").GetString() == "AdamW"
            ? new OptimizerSpec.AdamW(
                optimizer.GetProperty("lr").GetDouble(), optimizer.GetProperty("betas")[0].GetDouble(), optimizer.GetProperty("betas")[1].GetDouble(),
                optimizer.Number("eps", 1e-8), optimizer.Number("weight_decay", 0.01))
            : throw new NotSupportedException($"optimizer {optimizer.GetProperty("name")}");

    // Described in words: "step t uses batches[2t mod 4] and batches[(2t+1) mod 4]; each mean loss divided by 2".
    private static int Accumulated(JsonElement run) =>
        run.Find("gradient_accumulation")?.GetString() is { } text && Divisor().Match(text) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : 1;

    [GeneratedRegex(@"divided by (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Divisor();
}
