using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Estimators;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>What <see cref="Encoding.SeedScalars"/> sends in place of tensors, and what the receiver makes of it, in one place.</summary>
public static class SeedScalarRules
{
    /// <summary>The section of slopes, and of the server's sums of them.</summary>
    public const string Section = "scalars";

    private static readonly TensorKey Steps = Key("steps");
    private static readonly TensorKey Sums = Key("sums");

    /// <summary>What a client sends: a slope for each direction of each step, or, where that is longer than the pool, their sum for each place of it.</summary>
    public static TensorLayout Up(Method method)
    {
        if (method.Codec.Up is not Encoding.SeedScalars || DirectionsOf(method) is not { } directions || method.LocalProgram.Phases[0].Budget is not Budget.Steps budget)
        {
            return new TensorLayout([]);
        }

        var slopes = checked(budget.Count * DirectionSequence.PerStepOf(directions));
        return directions is Directions.Pool { Draw: PoolDraw.Uniform } pool && pool.Size < slopes ? Of((Sums, pool.Size)) : Of((Steps, slopes));
    }

    /// <summary>What a client receives.</summary>
    public static TensorLayout Down(Method method) => (method.Codec.Down, DirectionsOf(method)) switch
    {
        (Encoding.SeedScalars, Directions.Pool { Draw: PoolDraw.Importance } pool) => Of((Sums, pool.Size), (Importance.Weights, pool.Size)),
        (Encoding.SeedScalars, Directions.Pool pool) => Of((Sums, pool.Size)),
        _ => new TensorLayout([]),
    };

    /// <summary>What arrives at the server and what it keeps.</summary>
    public static TensorLayout Server(Method method)
    {
        var kept = DirectionsOf(method) is Directions.Pool { Draw: PoolDraw.Importance } pool ? Importance.Layout(pool.Size).Tensors : [];
        return new TensorLayout(Up(method).Tensors.Concat(Down(method).Tensors).Concat(kept).DistinctBy(tensor => tensor.Key));
    }

    /// <summary>The slopes of a client's steps as it sends them.</summary>
    public static ParameterSet Sent(Method method, IReadOnlyList<float> slopes, DirectionSequence sequence)
    {
        var body = Zeros(Up(method));
        for (var i = 0; body.Count > 0 && i < slopes.Count; i++)
        {
            body[0].Values[body[0].Key == Sums ? sequence.Place(i) : i] += slopes[i];
        }

        return body;
    }

    /// <summary>A body of that layout without anything in it.</summary>
    public static ParameterSet Zeros(TensorLayout layout) => new(layout.Tensors.Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape)));

    /// <summary>What the server sends: its sums, zero before the first round, and how often directions are drawn.</summary>
    public static ParameterSet Body(Method method, ServerState state)
    {
        var kept = state.Body.Section(Section);
        return new(Zeros(Down(method)).Select(zeros =>
            zeros.Key == Importance.Weights ? zeros with { Values = Importance.Of(kept, zeros.Values.Length) } : kept.TryGet(zeros.Key, out var sums) ? sums : zeros));
    }

    /// <summary>What a download says of the model's change since the beginning; null where no sums were sent.</summary>
    public static Replay? ReplayOf(WorkOrder order, MessageBody body) => body.Section(Section).TryGet(Sums, out var sums)
        ? new Replay([.. OfPlaces(sums.Values, order.Seed, order.Method.LocalProgram.Phases[0].Optimizer.LearningRate)])
        : null;

    /// <summary>How often a client draws each direction of a pool, as it was told; empty is all alike.</summary>
    public static double[] WeightsOf(MessageBody received) =>
        received.Section(Section).TryGet(Importance.Weights, out var weights) ? Array.ConvertAll(weights.Values, weight => (double)weight) : [];

    /// <summary>Updates as changes of tensors, and their slopes by place where directions are of a pool; what arrived itself with other codecs.</summary>
    public static (IUpdateSource Updates, IReadOnlyList<IReadOnlyList<(int Place, float Slope)>> Slopes) Decode(
        Method method, long seed, IUpdateSource arrived, IReadOnlyList<Update> updates, ServerState state, Func<string, Holding> holding)
    {
        if (method.Codec.Up is not Encoding.SeedScalars)
        {
            return (arrived, []);
        }

        var directions = DirectionsOf(method)!;
        var rate = method.LocalProgram.Phases[0].Optimizer.LearningRate / DirectionSequence.PerStepOf(directions);
        var weights = WeightsOf(MessageBody.Empty.WithSection(Section, Body(method, state)));
        var (key, shape) = Up(method).Tensors[0];
        var (replays, slopes) = (new List<Replay>(), new List<IReadOnlyList<(int, float)>>());
        for (var k = 0; k < updates.Count; k++)
        {
            var sent = new float[shape[0]];
            arrived.Read(k, Section, key, 0, sent);
            var sequence = new DirectionSequence(directions, seed, DirectionSequence.StreamOf(seed, updates[k].Client, updates[k].Version, 0), weights);
            var each = sequence.PerStep;
            replays.Add(new Replay(key == Sums ? [.. OfPlaces(sent, seed, rate)] : [.. sent.Select((slope, i) => (sequence.Key(i / each, i % each), -rate * slope))]));
            slopes.Add(directions is not Directions.Pool ? [] : [.. sent.Select((slope, i) => (key == Sums ? i : sequence.Place(i), slope))]);
        }

        return (new ReplayedUpdates(arrived, replays, (k, tensor) => SharingRules.IsSent(method, tensor) && holding(updates[k].Client).Contains(tensor)), slopes);
    }

    /// <summary>The state with the sums of the round, weighted as its updates are.</summary>
    public static ServerState Learned(ServerState state, WeighedUpdates updates)
    {
        var (method, slopes, weight) = (updates.Contents.Method, updates.Contents.Slopes, updates.Weight);
        if (method.Codec.Down is not Encoding.SeedScalars)
        {
            return state;
        }

        var kept = state.Body.Section(Section);
        var sums = kept.TryGet(Sums, out var before) ? before.Copy() : Zeros(Down(method)).First(tensor => tensor.Key == Sums);
        var all = Enumerable.Range(0, slopes.Count).Sum(k => weight(k, default));
        for (var k = 0; k < slopes.Count; k++)
        {
            foreach (var (place, slope) in slopes[k])
            {
                sums.Values[place] += (float)(weight(k, default) / all * slope);
            }
        }

        var next = new ParameterSet([sums]);
        return state.WithSection(Section, DirectionsOf(method) is Directions.Pool { Draw: PoolDraw.Importance } pool ? next.MergedWith(Importance.Next(kept, pool.Size, slopes)) : next);
    }

    /// <summary>The directions of a program that can travel as scalars: those of its only phase.</summary>
    public static Directions? DirectionsOf(Method method) => method.LocalProgram.Phases is not [var phase] ? null : phase.Estimator switch
    {
        Estimator.TwoPoint points => points.Directions,
        Estimator.ForwardMode forward => forward.Directions,
        _ => null,
    };

    internal static TensorKey Key(string name) => new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "scalars", name);

    private static IEnumerable<(ulong Key, double Coefficient)> OfPlaces(float[] sums, long seed, double rate) =>
        sums.Select((slope, place) => (place, slope)).Where(entry => entry.slope != 0).Select(entry => (DirectionSequence.InPool(seed, entry.place), -rate * entry.slope));

    private static TensorLayout Of(params (TensorKey Key, int Length)[] tensors) => new(tensors.Select(tensor => (tensor.Key, new[] { tensor.Length })));
}
