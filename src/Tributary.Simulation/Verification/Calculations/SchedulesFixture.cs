using System.Globalization;
using System.Text.Json;
using Tributary.Learning.Optimization;

namespace Tributary.Simulation.Verification.Calculations;

/// <summary>Learning rates step by step; the name of each trace carries its settings.</summary>
internal sealed class SchedulesFixture : IFixtureKind
{
    private const double RelativeTolerance = 1e-10;

    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(path, "base_lr", "warmup_steps", "total_steps", "lr_used_at_step");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var root = FixtureJson.Load(path);
        var baseRate = root.GetProperty("base_lr").GetDouble();
        var total = root.GetProperty("total_steps").GetInt64();
        foreach (var trace in root.GetProperty("lr_used_at_step").EnumerateObject())
        {
            if (Parse(trace.Name, root.GetProperty("warmup_steps").GetInt64()) is not { } schedule)
            {
                report.LeaveOut($"schedule {trace.Name} is not offered");
                continue;
            }

            var step = 0;
            foreach (var expected in trace.Value.Numbers())
            {
                report.Compare($"{trace.Name}[{step}]", expected, schedule.At(step, total, baseRate), RelativeTolerance * baseRate);
                step++;
            }
        }
    }

    /// <summary>The schedule a trace's name describes, for example <c>polynomial_lr_end_1e-5_power_2</c>.</summary>
    internal static LearningRateSchedule? Parse(string name, long warmup)
    {
        warmup = name.Contains("no_warmup", StringComparison.Ordinal) ? 0 : warmup;
        return name switch
        {
            "constant" => new LearningRateSchedule.Constant(),
            _ when Is("constant_with_warmup") => new LearningRateSchedule.ConstantWithWarmup(warmup),
            _ when Is("linear") => new LearningRateSchedule.Linear(warmup),
            _ when Is("cosine_with_restarts") => new LearningRateSchedule.CosineWithRestarts(warmup, Setting("cycles") ?? Setting("restarts") ?? 1),
            _ when Is("cosine") => new LearningRateSchedule.Cosine(warmup, Setting("cycles") ?? 0.5),
            _ when Is("polynomial") => new LearningRateSchedule.Polynomial(warmup, Setting("lr_end") ?? 1e-7, Setting("power") ?? 1),
            _ when Is("inverse_sqrt") => new LearningRateSchedule.InverseSqrt(warmup, (long?)Setting("timescale")),
            _ => null,
        };

        bool Is(string kind) => name.StartsWith(kind, StringComparison.Ordinal);

        double? Setting(string key)
        {
            var at = name.IndexOf("_" + key + "_", StringComparison.Ordinal);
            return at >= 0 && double.TryParse(name[(at + key.Length + 2)..].Split('_')[0], CultureInfo.InvariantCulture, out var value) ? value : null;
        }
    }
}
