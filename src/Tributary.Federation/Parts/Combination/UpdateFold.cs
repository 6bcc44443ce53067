using System.Runtime.ExceptionServices;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Weightings;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// Folds the updates of a round, stretch by stretch of every tensor, in client-id order: memory does not grow with their number, and stretches are joined side by side. Who
/// counts is decided for every element by who sent it (coverage).
/// </summary>
/// <param name="updates">The updates; read from several threads.</param>
/// <param name="section">The section that is joined.</param>
/// <param name="rule">How one stretch of values is joined; every worker has one of its own.</param>
/// <param name="weight">The weight of an update for a tensor, given its place in the source.</param>
/// <param name="divisor">What an element's sum is divided by, given the weights of its senders and of all updates, summed.</param>
public sealed class UpdateFold(IUpdateSource updates, string section, IBlockRule rule, Func<int, TensorKey, double> weight, Func<double, double, double> divisor)
{
    private const int Together = 8;

    // Each worker holds a few stretches; more of them than memory has channels gain nothing.
    private static readonly ParallelOptions Workers = new() { MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, 8) };

    /// <summary>Tensors of which blocks have weights of their own; they are joined block by block.</summary>
    public IReadOnlyDictionary<TensorKey, BlockWeights> ByBlock { get; init; } = new Dictionary<TensorKey, BlockWeights>();

    /// <summary>
    /// Joins every tensor that somebody sent; the others are absent. What nobody sent of a tensor is taken from <paramref name="unsent"/>, and is −0 where that has no such tensor:
    /// added to a number, it leaves every bit of it.
    /// </summary>
    public ParameterSet Join(TensorLayout layout, ParameterSet unsent)
    {
        Sent[] sent = [.. layout.Tensors.Select(tensor => Find(tensor.Key, tensor.Shape, unsent)).OfType<Sent>()];
        (Sent Tensor, int Start, int Length)[] stretches = [.. sent.SelectMany(Stretches)];
        if (stretches.Length == 1)
        {
            Join(stretches[0], new Worker(rule.Fresh()));
        }
        else
        {
            JoinSideBySide(stretches);
        }

        return new ParameterSet(sent.Select(tensor => tensor.Joined));
    }

    private void JoinSideBySide((Sent Tensor, int Start, int Length)[] stretches)
    {
        try
        {
            Parallel.For(0, stretches.Length, Workers, () => new Worker(rule.Fresh()), (i, _, worker) => Join(stretches[i], worker), _ => { });
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    private Sent? Find(TensorKey key, int[] shape, ParameterSet unsent)
    {
        int[] senders = [.. Enumerable.Range(0, updates.Count).Where(k => updates.Contains(k, section, key))];
        if (senders.Length == 0)
        {
            return null;
        }

        return new Sent(
            unsent.TryGet(key, out var before) ? before.Copy() : new HostTensor(key, shape, GC.AllocateUninitializedArray<float>(HostTensor.Count(shape))),
            before is null,
            senders,
            Array.ConvertAll(senders, k => updates.PartOf(k, section, key)),
            Array.ConvertAll(senders, k => weight(k, key)),
            Enumerable.Range(0, updates.Count).Sum(k => weight(k, key)));
    }

    private IEnumerable<(Sent, int Start, int Length)> Stretches(Sent tensor)
    {
        var (all, stretch) = (tensor.Joined.Values.Length, rule.BlockLength(tensor.Senders.Length));
        var block = ByBlock.GetValueOrDefault(tensor.Joined.Key)?.Length ?? all;
        for (int start = 0, length; start < all; start += length)
        {
            length = Math.Min(stretch, block - (start % block));
            yield return (tensor, start, length);
        }
    }

    private Worker Join((Sent Tensor, int Start, int Length) stretch, Worker worker)
    {
        var (tensor, start, length) = stretch;
        if (ByBlock.TryGetValue(tensor.Joined.Key, out var blocks))
        {
            tensor = tensor with { Weights = Array.ConvertAll(tensor.Senders, k => blocks.Weights[k][start / blocks.Length]) };
        }

        worker.Rule.Begin(length);
        for (var sender = 0; sender < tensor.Senders.Length;)
        {
            sender += tensor.Parts[sender] is { } part ? AddPart(worker, tensor, sender, part, start, length) : AddWhole(worker, tensor, sender, start, length);
        }

        var result = tensor.Joined.Values.AsSpan(start, length);
        if (tensor.IsNew)
        {
            result.Fill(-0f);
        }

        worker.Rule.Finish(senders => divisor(senders, tensor.All), result);
        return worker;
    }

    // As many senders of the whole tensor as follow each other, together: the sums are then loaded and stored once for all of them.
    private int AddWhole(Worker worker, Sent tensor, int first, int start, int length)
    {
        var count = 0;
        var rows = worker.Values(Together * length);
        for (; count < Together && first + count < tensor.Senders.Length && tensor.Parts[first + count] is null; count++)
        {
            updates.Read(tensor.Senders[first + count], section, tensor.Joined.Key, start, rows.Slice(count * length, length));
        }

        worker.Rule.AddRows(rows[..(count * length)], tensor.Weights.AsSpan(first, count));
        return count;
    }

    private int AddPart(Worker worker, Sent tensor, int sender, TensorPart part, int start, int length)
    {
        var (first, end) = (part.CountBefore(start), part.CountBefore(start + length));
        if (end > first)
        {
            var stored = worker.Stored(end - first);
            var values = worker.Values(length);
            var held = worker.Held(length);
            updates.Read(tensor.Senders[sender], section, tensor.Joined.Key, first, stored);
            part.Spread(start, stored, values, held);
            worker.Rule.Add(values, held, tensor.Weights[sender]);
        }

        return 1;
    }

    /// <summary>A tensor, who sent it, and with which weights: of each and of all updates together.</summary>
    private sealed record Sent(HostTensor Joined, bool IsNew, int[] Senders, TensorPart?[] Parts, double[] Weights, double All);

    /// <summary>What one thread needs, reused from stretch to stretch.</summary>
    private sealed class Worker(IBlockRule rule)
    {
        private float[] values = [];
        private float[] stored = [];
        private bool[] held = [];

        public IBlockRule Rule => rule;

        public Span<float> Values(int length) => Of(ref values, length);

        public Span<float> Stored(int length) => Of(ref stored, length);

        public Span<bool> Held(int length) => Of(ref held, length);

        private static Span<T> Of<T>(ref T[] buffer, int length)
        {
            buffer = buffer.Length < length ? new T[length] : buffer;
            return buffer.AsSpan(0, length);
        }
    }
}
