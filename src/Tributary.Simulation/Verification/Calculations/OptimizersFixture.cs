using System.Text.Json;
using Tributary.Learning.Optimization;

namespace Tributary.Simulation.Verification.Calculations;

/// <summary>Five steps of each optimizer with prescribed gradients, in single precision and, through the naive twins, in double.</summary>
internal sealed class OptimizersFixture : IFixtureKind
{
    private static readonly string[] Known =
    [
        "lr", "betas", "eps", "weight_decay", "momentum", "dampening", "nesterov", "amsgrad", "lr_decay", "initial_accumulator_value", "initial_accumulator",
        "alpha", "centered", "note",
    ];

    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(path, "grads", "traces");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var root = FixtureJson.Load(path);
        var leftOut = new List<string>();
        foreach (var trace in root.GetProperty("traces").EnumerateObject())
        {
            if (Spec(trace.Name, trace.Value.GetProperty("hyper")) is not { } spec)
            {
                leftOut.Add(trace.Name);
                continue;
            }

            foreach (var arithmetic in Arithmetic.Both(double64: 1e-10))
            {
                using (arithmetic)
                {
                    Trace(trace.Name, spec, root, trace.Value.GetProperty("after_step"), arithmetic, report);
                }
            }
        }

        if (leftOut.Count > 0)
        {
            report.LeaveOut("not offered: " + string.Join(", ", leftOut));
        }
    }

    private static void Trace(string name, OptimizerSpec spec, JsonElement root, JsonElement afterStep, Arithmetic arithmetic, FixtureReport report)
    {
        var gradients = root.GetProperty("grads");
        var tensors = gradients[0].EnumerateObject().Select(p => p.Name).ToArray();
        var start = tensors.SelectMany(t => root.GetProperty(t + "0").Numbers()).ToArray();
        using var optimizer = new Optimizer(spec, arithmetic.Backend, start.Length);
        var parameters = arithmetic.Vector(start);
        for (var step = 0; step < gradients.GetArrayLength(); step++)
        {
            var gradient = arithmetic.Vector([.. tensors.SelectMany(t => gradients[step].GetProperty(t).Numbers())]);
            optimizer.Step(parameters, gradient, spec.LearningRate);
            var actual = arithmetic.Read(parameters).AsSpan();
            foreach (var tensor in tensors)
            {
                var expected = afterStep[step].GetProperty(tensor).Numbers();
                report.CompareRelative($"{name} step {step + 1} {tensor}", expected, actual[..expected.Length], arithmetic.Relative);
                actual = actual[expected.Length..];
            }
        }
    }

    private static OptimizerSpec? Spec(string name, JsonElement hyper)
    {
        if (hyper.EnumerateObject().Any(p => !Known.Contains(p.Name)) || name.Split('_') is not [var origin, var kind, ..])
        {
            return null;
        }

        var beta1 = hyper.Find("betas")?[0].GetDouble() ?? 0.9;
        var beta2 = hyper.Find("betas")?[1].GetDouble() ?? 0.999;
        var decay = hyper.Find("weight_decay")?.GetDouble();
        return (origin, kind) switch
        {
            ("torch", "sgd") => new OptimizerSpec.Sgd(Number("lr", 1e-3), Number("momentum", 0), Number("dampening", 0), Flag("nesterov"), decay ?? 0),
            ("torch", "adam") => new OptimizerSpec.Adam(Number("lr", 1e-3), beta1, beta2, Number("eps", 1e-8), decay ?? 0, Flag("amsgrad")),
            ("torch", "adamw") => new OptimizerSpec.AdamW(Number("lr", 1e-3), beta1, beta2, Number("eps", 1e-8), decay ?? 0.01, Flag("amsgrad")),
            ("torch", "adagrad") => new OptimizerSpec.Adagrad(
                Number("lr", 1e-2), Number("lr_decay", 0), decay ?? 0, Number("initial_accumulator_value", 0), Number("eps", 1e-10)),
            ("torch", "rmsprop") => new OptimizerSpec.RmsProp(
                Number("lr", 1e-2), Number("alpha", 0.99), Number("eps", 1e-8), decay ?? 0, Number("momentum", 0), Flag("centered")),
            ("handwritten", "yogi") => new OptimizerSpec.Yogi(
                Number("lr", 1e-2), beta1, beta2, Number("eps", 1e-3), Number("initial_accumulator", 1e-6), decay ?? 0),
            _ => null,
        };

        double Number(string key, double fallback) => hyper.Number(key, fallback);
        bool Flag(string key) => hyper.Find(key)?.GetBoolean() ?? false;
    }
}
