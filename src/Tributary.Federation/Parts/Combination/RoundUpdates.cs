using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Parts.Combination;

/// <summary>The updates of a round, for rules that look at the factors of single senders; one tensor of one of them is in memory at a time.</summary>
public sealed class RoundUpdates(IUpdateSource source, Method method, TensorLayout layout)
{
    /// <summary>Where they are read from.</summary>
    public IUpdateSource Source => source;

    /// <summary>The parts that hold in the round.</summary>
    public Method Method => method;

    /// <summary>The slopes that each sent in place of tensors, by place in the pool of directions; none where tensors are sent.</summary>
    public IReadOnlyList<IReadOnlyList<(int Place, float Slope)>> Slopes { get; init; } = [];

    /// <summary>Shapes of whole tensors.</summary>
    public TensorLayout Layout => layout;

    /// <summary>Who sent them, and what numbers; in the order of the source.</summary>
    public IReadOnlyList<Update> Updates { get; init; } = [];

    /// <summary>The adapted modules with two factors.</summary>
    public IReadOnlyList<LoraPair> Pairs { get; } = LoraPair.Among(layout.Tensors.Select(tensor => tensor.Key), method.Adaptation);

    /// <summary>Whether an update has both factors of a module.</summary>
    public bool Has(int sender, LoraPair pair) => source.Contains(sender, MessageBody.Parameters, pair.A) && source.Contains(sender, MessageBody.Parameters, pair.B);

    /// <summary>A sender's factors of a module, of its own rank and scale; rows and entries that it does not send are zero.</summary>
    public LoraFactors Factors(int sender, LoraPair pair)
    {
        var (a, b) = (LoraPair.Matrix(OfOwnRank(sender, pair.A, PartKind.Rows)), LoraPair.Matrix(OfOwnRank(sender, pair.B, PartKind.Columns)));
        return new LoraFactors(a, b, method.Capacity is Capacity.Ranks { Scale: RankScale.ByRank } ? pair.ScaleAt(a.Rows) : pair.Scale);
    }

    // Marks along the ranks leave a smaller factor; others leave holes in one of the whole rank.
    private HostTensor OfOwnRank(int sender, TensorKey key, PartKind ranks) =>
        PartOf(sender, key) is { } part && part.Kind != PartKind.Leading && part.Kind != ranks ? Whole(sender, key) : Read(sender, key);

    /// <summary>Which part of a tensor an update holds; null is all of it.</summary>
    public TensorPart? PartOf(int sender, TensorKey key) => source.PartOf(sender, MessageBody.Parameters, key);

    /// <summary>The factors of all senders of a module one below the other: their plain product is the weighted mean of the updates. Null when nobody sent any.</summary>
    public LoraFactors? Stack(LoraPair pair, Func<int, TensorKey, double> weight)
    {
        int[] senders = [.. Enumerable.Range(0, source.Count).Where(k => Has(k, pair))];
        var all = senders.Sum(k => weight(k, pair.A));
        return all > 0 ? LoraFactors.Stack([.. senders.Select(k => Factors(k, pair))], [.. senders.Select(k => weight(k, pair.A) / all)]) : null;
    }

    /// <summary>What a sender tells of itself beside its update; null when it does not.</summary>
    public float[]? FindReport(int sender, TensorKey key)
    {
        if (!source.Contains(sender, ClientReports.Section, key))
        {
            return null;
        }

        var values = new float[HostTensor.Count(ClientReports.LayoutOf(method.LocalProgram).Tensors.Single(tensor => tensor.Key == key).Shape)];
        source.Read(sender, ClientReports.Section, key, 0, values);
        return values;
    }

    /// <summary>What a sender tells of itself beside its update.</summary>
    /// <exception cref="RunException">It does not.</exception>
    public float[] Report(int sender, TensorKey key) =>
        FindReport(sender, key) ?? throw new RunException($"client {Updates[sender].Client} sent no '{key.Name}', which the weights of the round need; is its build the same?");

    /// <summary>A sender's tensor in its whole shape; what it does not hold is zero.</summary>
    public HostTensor Whole(int sender, TensorKey key)
    {
        layout.TryFind(key.WireName, out _, out var shape);
        var stored = Read(sender, key);
        return PartOf(sender, key) is { } part ? new HostTensor(key, shape!, part.Unpack(stored.Values)) : stored;
    }

    /// <summary>What a sender has of a tensor.</summary>
    public HostTensor Read(int sender, TensorKey key)
    {
        layout.TryFind(key.WireName, out _, out var shape);
        var part = PartOf(sender, key);
        var tensor = HostTensor.Zeros(key, part?.StoredShape ?? shape!);
        source.Read(sender, MessageBody.Parameters, key, 0, tensor.Values);
        return tensor;
    }
}
