using System.Text.Json;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Parts.ServerSteps;

/// <summary>Against the traces of the reference suite, math/federated_server.json.</summary>
public sealed class ServerStepReferenceTests
{
    public static TheoryData<string> Traces => ["fedavg", "fedavg_server_lr_0.5", "fedavgm", "fedadagrad", "fedyogi", "fedadam"];

    [SharedDataTheory]
    [MemberData(nameof(Traces))]
    public void Server_steps_follow_the_reference(string name)
    {
        ServerStep step = name switch
        {
            "fedavg" => new ServerStep.Replace(),
            "fedavg_server_lr_0.5" => new ServerStep.Replace(0.5),
            "fedavgm" => new ServerStep.Momentum(0.9),
            "fedadagrad" => new ServerStep.Adagrad(0.1, Beta1: 0.9),
            "fedyogi" => new ServerStep.Yogi(0.1),
            _ => new ServerStep.Adam(0.1),
        };
        using var document = Open();
        var root = document.RootElement;
        var state = ServerState.Initial(Sets.X(Numbers(root.GetProperty("x0"))));
        var weights = Numbers(root.GetProperty("client_examples"));
        var expected = root.GetProperty("traces").GetProperty(name).GetProperty("after_round").EnumerateArray().Select(Numbers).ToArray();
        var round = 0;
        foreach (var updates in root.GetProperty("client_updates").EnumerateArray())
        {
            var joined = Join(new Combine.Factors(), [.. updates.EnumerateArray().Select(Numbers)], weights);
            state = ServerRules.For(step).Apply(state, new Joined(joined, true, ParameterSet.Empty), WeighedUpdates.None);
            state.Model.Values().ShouldBeNear(expected[round++]);
        }

        round.ShouldBe(4);
    }

    [SharedDataFact]
    public void Robust_rules_follow_the_reference()
    {
        using var document = Open();
        var robust = document.RootElement.GetProperty("robust");
        double[][] updates = [.. robust.GetProperty("updates").EnumerateArray().Select(Numbers)];
        Join(new Combine.Median(), updates, [1, 1, 1]).Values().ShouldBeNear(Numbers(robust.GetProperty("coordinate_median")));
        Join(new Combine.TrimmedMean(0.34), updates, [1, 1, 1]).Values().ShouldBeNear(Numbers(robust.GetProperty("trimmed_mean_1")));
    }

    [SharedDataFact]
    public void Robust_rules_of_even_and_odd_cohorts_follow_the_reference()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "math", "federated_server_more.json")));
        var robust = document.RootElement.GetProperty("robust");
        double[][] updates = [.. robust.GetProperty("updates").EnumerateArray().Select(Numbers)];
        double[] weights = [.. updates.Select(_ => 1.0)];
        Join(new Combine.Median(), updates, weights).Values().ShouldBeNear(Numbers(robust.GetProperty("coordinate_median_odd")));
        Join(new Combine.Median(), updates[..6], weights).Values().ShouldBeNear(Numbers(robust.GetProperty("coordinate_median_even_first_6")));
        foreach (var trimmed in robust.GetProperty("trimmed_mean").EnumerateObject())
        {
            Join(new Combine.TrimmedMean(double.Parse(trimmed.Name)), updates, weights).Values().ShouldBeNear(Numbers(trimmed.Value));
        }

        Join(new Combine.Factors(), updates, Numbers(robust.GetProperty("examples"))).Values().ShouldBeNear(Numbers(robust.GetProperty("weighted_mean")));
    }

    private static JsonDocument Open() => JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "math", "federated_server.json")));

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private static ParameterSet Join(Combine combine, double[][] updates, double[] weights)
    {
        var layout = TensorLayout.Of(Sets.X(updates[0]));
        var source = new MemoryUpdates([.. updates.Select(update => Sets.Body(Sets.X(update)))], layout);
        return new UpdateFold(source, MessageBody.Parameters, CombineRules.For(combine), (k, _) => weights[k], (senders, _) => senders).Join(layout, ParameterSet.Empty);
    }
}
