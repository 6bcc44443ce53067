using System.Text.Json;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>Server steps over several rounds of client updates, and the joining of updates by mean, median and trimmed mean.</summary>
internal sealed class FederatedServerFixture : IFixtureKind
{
    private const double Relative = 2e-6;
    private static readonly TensorKey Key = new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "weight", "x");

    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(path, "x0", "client_examples", "client_updates", "traces");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var root = FixtureJson.Load(path);
        var examples = root.GetProperty("client_examples").Numbers();
        var means = root.GetProperty("client_updates").EnumerateArray().Select(round => Join(new Combine.Factors(), round.Rows(), examples)).ToArray();
        var expectedMeans = root.GetProperty("weighted_mean_update").Rows();
        for (var round = 0; round < means.Length; round++)
        {
            Compare($"weighted_mean_update[{round}]", expectedMeans[round], means[round], report);
        }

        foreach (var trace in root.GetProperty("traces").EnumerateObject())
        {
            Trace(trace, Single(root.GetProperty("x0").Numbers()), means, report);
        }

        if (root.Find("robust") is { } robust)
        {
            Robust(robust, report);
        }

        if (root.Find("fedprox") is { } proximal)
        {
            ClientTerms.Proximal(proximal, Relative, report);
        }

        if (root.Find("scaffold") is { } scaffold)
        {
            ClientTerms.Scaffold(scaffold, Relative, report);
        }
    }

    private static void Trace(JsonProperty trace, float[] start, float[][] means, FixtureReport report)
    {
        if (Step(trace.Name, trace.Value.GetProperty("hyper")) is not { } step)
        {
            report.LeaveOut($"trace {trace.Name} is not offered");
            return;
        }

        var rule = ServerRules.For(step);
        var state = ServerState.Initial(Set(start));
        var expected = trace.Value.GetProperty("after_round").Rows();
        for (var round = 0; round < expected.Length; round++)
        {
            state = rule.Apply(state, new Joined(Set(means[round]), IsDelta: true, ParameterSet.Empty), WeighedUpdates.None);
            Compare($"{trace.Name} round {round}", expected[round], state.Model[0].Values, report);
        }
    }

    private static ServerStep? Step(string name, JsonElement hyper)
    {
        var rate = hyper.Number("server_lr", 1);
        var (beta1, beta2, tau) = (hyper.Number("beta1", 0.9), hyper.Number("beta2", 0.99), hyper.Number("tau", 1e-3));
        var beginsAtTau = Math.Abs(hyper.Number("v0", tau * tau) - (tau * tau)) <= 1e-12 * tau * tau;
        return name.Split('_')[0] switch
        {
            "fedavg" => new ServerStep.Replace(rate),
            "fedavgm" => new ServerStep.Momentum(hyper.Number("momentum", 0.9), rate),
            "fedadagrad" when beginsAtTau => new ServerStep.Adagrad(rate, beta1, tau),
            "fedadam" when beginsAtTau => new ServerStep.Adam(rate, beta1, beta2, tau),
            "fedyogi" when beginsAtTau => new ServerStep.Yogi(rate, beta1, beta2, tau),
            _ => null,
        };
    }

    private static void Robust(JsonElement robust, FixtureReport report)
    {
        var updates = robust.GetProperty("updates").Rows();
        var even = updates.Select(_ => 1.0).ToArray();
        Compare("coordinate_median", robust.GetProperty("coordinate_median").Numbers(), Join(new Combine.Median(), updates, even), report);
        foreach (var trimmed in robust.EnumerateObject().Where(p => p.Name.StartsWith("trimmed_mean_", StringComparison.Ordinal)))
        {
            var fraction = (int.Parse(trimmed.Name["trimmed_mean_".Length..], System.Globalization.CultureInfo.InvariantCulture) + 0.5) / updates.Length;
            Compare(trimmed.Name, trimmed.Value.Numbers(), Join(new Combine.TrimmedMean(fraction), updates, even), report);
        }

        report.LeaveOut("clipping of client updates by norm is not offered");
    }

    private static float[] Join(Combine combine, double[][] updates, double[] weights)
    {
        var rule = CombineRules.For(combine);
        var result = new float[updates[0].Length];
        rule.Begin(result.Length);
        for (var k = 0; k < updates.Length; k++)
        {
            rule.Add(Single(updates[k]), [], weights[k]);
        }

        rule.Finish(senders => CombineRules.Divisor(combine, senders, weights.Sum(), weights.Length), result);
        return result;
    }

    private static ParameterSet Set(float[] values) => new([new HostTensor(Key, [values.Length], values)]);

    private static float[] Single(double[] values) => Array.ConvertAll(values, v => (float)v);

    private static void Compare(string what, double[] expected, float[] actual, FixtureReport report) =>
        report.CompareRelative(what, expected, Array.ConvertAll(actual, v => (double)v), Relative);
}
