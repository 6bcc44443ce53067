using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Rounds;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>One client's factors of a 2 × 2 update with scale 1, row after row, and its examples.</summary>
internal sealed record FactorUpdate(float[] A, float[] B, int Examples)
{
    public int Rank => A.Length / 2;
}

/// <summary>Updates that the specifications of several methods calculate with.</summary>
internal static class LoraFixtures
{
    /// <summary>Two clients of rank 1 and equal weight: mean(BA) is [[0.5, 1], [1.5, 2]], mean(B)·mean(A) is [[1, 1.5], [1, 1.5]].</summary>
    public static FactorUpdate[] F1 { get; } = [new([1, 2], [1, 0], 1), new([3, 4], [0, 1], 1)];

    /// <summary>Ranks 1 and 2 with weights ¼ and ¾: Σ pᵢBᵢAᵢ is [[4, 5], [2.25, 3]].</summary>
    public static FactorUpdate[] F2 { get; } = [new([1, 2], [1, 0], 1), new([3, 4, 5, 6], [0, 1, 1, 0], 3)];

    public static ParameterSet Factors(float[] a, float[] b) => Sets.Of(
        new HostTensor(LoraFederation.A, [a.Length / 2, 2], a), new HostTensor(LoraFederation.B, [2, b.Length / 2], b));

    /// <summary>The server's state after one round in which the clients send these factors; whatever rank is largest is the adaptation's.</summary>
    public static ServerState Join(Method method, IReadOnlyList<FactorUpdate> updates, ParameterSet? start = null, double? alpha = null) =>
        Play(method, updates, start, alpha).State;

    /// <summary>The same, and what the round measured.</summary>
    public static (ServerState State, IReadOnlyDictionary<string, double> Metrics) Play(
        Method method, IReadOnlyList<FactorUpdate> updates, ParameterSet? start = null, double? alpha = null)
    {
        using var folder = new TemporaryFolder();
        var rank = start is null ? updates.Max(update => update.Rank) : start[0].Shape[0];
        start ??= Factors(new float[rank * 2], new float[rank * 2]);
        method = method with
        {
            Adaptation = new LoraConfig(rank, alpha ?? rank),
            Capacity = method.Capacity is Capacity.Ranks ranks
                ? ranks with { ByClient = updates.Select((update, k) => (update, k)).ToDictionary(pair => $"c{pair.k}", pair => pair.update.Rank) }
                : method.Capacity,
        };
        MethodRules.Refusals(method).ShouldBeEmpty();
        var layout = TensorLayout.Of(start);
        using var store = new FolderRunStore(folder.PathOf("server"), MessageSchemas.Server(layout, method));
        var states = new ClientStateStore(folder.PathOf("clients"), MessageSchemas.Client(layout, method));
        var pool = new ScriptedPool(states, layout, (order, _, _) =>
        {
            var update = updates[order.Client[1] - '0'];
            var answer = Sets.Body(Factors(update.A, update.B)).WithNumber(Update.ExamplesNumber, update.Examples).WithNumber(Update.TrainLossNumber, 1);
            return (answer, MessageBody.Empty);
        });
        var plan = new RunPlan("run", "config", method, 1, [.. updates.Select((_, k) => $"c{k}")], layout, 1);
        var state = new RoundLoop(plan, store, pool, new Nobody(), TimeProvider.System).RunAsync(start, CancellationToken.None).GetAwaiter().GetResult();
        return (state, store.Reports[0].Metrics);
    }

    /// <summary>The mean of what clients trained, as one adapter whose rank is theirs together: A stacked, B beside each other with the clients' shares.</summary>
    public static ParameterSet StackedMean(IReadOnlyList<ParameterSet> trained, double[] shares) => new(trained[0].Select(tensor =>
    {
        var (rows, columns) = (tensor.Shape[0], tensor.Shape[1]);
        float[][] values = [.. trained.Select(set => set[tensor.Key].Values)];
        return tensor.Key.Role == "lora_A"
            ? new HostTensor(tensor.Key, [rows * trained.Count, columns], [.. values.SelectMany(v => v)])
            : new HostTensor(tensor.Key, [rows, columns * trained.Count], [.. Enumerable.Range(0, rows).SelectMany(row =>
                values.SelectMany((v, k) => v.AsSpan(row * columns, columns).ToArray().Select(value => (float)(shares[k] * value))))]);
    }));

    private sealed class Nobody : IRunObserver;
}
