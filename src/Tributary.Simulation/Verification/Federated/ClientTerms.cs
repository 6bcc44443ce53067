using System.Text.Json;
using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>What clients add to a plain step, on models that are nothing but a gradient: the proximal term and control variates.</summary>
internal static class ClientTerms
{
    private static readonly TensorKey Key = new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "weight", "x");

    /// <summary>
    /// The proximal gradient away from the received model: a first step of rate 1 leads from the global to the local point, the second one shows the whole gradient there.
    /// </summary>
    public static void Proximal(JsonElement fixture, double relative, FixtureReport report)
    {
        var (global, local, task) = (Singles(fixture, "w_global"), Singles(fixture, "w_local"), Singles(fixture, "grad_of_task"));
        var method = Trained(Catalogue.FedProx, rate: 1, steps: 2, new LossTerm.Task(), new LossTerm.Proximal(fixture.GetProperty("mu").GetDouble()));
        using var backend = FixtureBackend.Create();
        using var model = new PrescribedGradients(backend, Key, global.Length, (step, _) => step == 0 ? [.. global.Zip(local, (g, l) => g - l)] : task);
        var order = new WorkOrder("fixture", 0, 1, Exchange.Train.Name, "client", WorkOrder.CurrentProtocol, 1, "", "", method);
        var received = MessageBody.Empty.WithSection(MessageBody.Parameters, Set(global));
        var answer = LocalProgramRunner.Run(order, received, MessageBody.Empty, Set(global), model, FixtureFederation.Placeholders(1), CancellationToken.None).Answer;
        var total = local.Zip(answer.Section(MessageBody.Parameters)[0].Values, (before, after) => (double)before - after).ToArray();

        // Both steps round to single precision at the size of the point, not of the gradient.
        var room = global.Concat(local).Max(Math.Abs) / Math.Max(1e-30, fixture.GetProperty("total_grad").Numbers().Max(Math.Abs));
        report.CompareRelative("fedprox.total_grad", fixture.GetProperty("total_grad").Numbers(), total, relative * Math.Max(1, room));
        report.LeaveOut("the proximal penalty itself, which no reported loss contains");
    }

    /// <summary>SCAFFOLD over its rounds: model, the server's control variate and each client's.</summary>
    public static void Scaffold(JsonElement fixture, double relative, FixtureReport report)
    {
        var start = Singles(fixture, "x0");
        var targets = fixture.GetProperty("targets").Rows();
        var method = Trained(
            Catalogue.Scaffold, fixture.GetProperty("local_lr").GetDouble(), fixture.GetProperty("local_steps").GetInt32(), new LossTerm.Task()) with
        {
            Weighting = new Weighting.Uniform(),
            ServerStep = new ServerStep.ControlVariates(new ServerStep.Replace(fixture.Number("server_lr", 1))),
        };
        using var backend = FixtureBackend.Create();
        var models = new List<PrescribedGradients>();
        var clients = targets.Select(target => new FixtureClient(1, () =>
        {
            models.Add(new PrescribedGradients(backend, Key, start.Length, (_, values) => [.. values.Zip(target, (v, t) => (float)(v - t))]));
            return models[^1];
        })).ToArray();
        using var federation = new FixtureFederation(Set(start), clients);
        var expected = fixture.GetProperty("after_round").EnumerateArray().ToArray();
        federation.Run(method, expected.Length, (round, state) =>
        {
            Compare($"scaffold round {round} x", expected[round].GetProperty("x"), state.Model, relative, report);
            Compare($"scaffold round {round} c", expected[round].GetProperty("c"), state.Body.Section(MessageBody.Control), relative, report);
            for (var k = 0; k < clients.Length; k++)
            {
                // (x − y) / (steps · rate) magnifies the rounding of x and y.
                var own = federation.StateOf(k).Section(MessageBody.Control);
                Compare($"scaffold round {round} c_{k}", expected[round].GetProperty("c_i")[k], own, 5 * relative, report);
            }
        });
        models.ForEach(m => m.Dispose());
    }

    private static Method Trained(Method method, double rate, int steps, params LossTerm[] losses) => method with
    {
        Cohort = new Cohort.All(),
        LocalProgram = method.LocalProgram.WithEveryPhase(
            phase => phase with { Losses = losses, Optimizer = new OptimizerSpec.Sgd(rate), Budget = new Budget.Steps(steps) }),
    };

    private static float[] Singles(JsonElement fixture, string key) => Array.ConvertAll(fixture.GetProperty(key).Numbers(), v => (float)v);

    private static ParameterSet Set(float[] values) => new([new HostTensor(Key, [values.Length], values)]);

    private static void Compare(string what, JsonElement expected, ParameterSet actual, double relative, FixtureReport report) =>
        report.CompareRelative(what, expected.Numbers(), Array.ConvertAll(actual[0].Values, v => (double)v), relative);
}
