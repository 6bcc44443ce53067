using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Training;

namespace Tributary.Learning.Generation;

/// <summary>One sequence that grows: each call appends ids and gives the logits behind the last of them, keeping keys and values of all before.</summary>
public sealed class CachedDecoder : IDisposable
{
    private readonly Learner learner;
    private readonly KeyValueCache cache;
    private readonly TokenRows rows = new();
    private readonly int[]? answered;
    private readonly Func<Pass, Var> lastRow;
    private float[] logits = [];

    /// <summary>Begins an empty sequence of at most <paramref name="capacity"/> positions; of an encoder-decoder model one that answers a text.</summary>
    public CachedDecoder(Learner learner, int capacity, int[]? answered = null)
    {
        var shape = learner.Model.Shape;
        this.learner = learner;
        this.answered = answered;
        lastRow = LastRowLogits;
        cache = new KeyValueCache(learner.Model.Backend, shape.Layers, shape.KeyValueWidth, capacity)
        {
            Source = answered is null ? null : new KeyValueCache(learner.Model.Backend, shape.Layers, shape.KeyValueWidth, answered.Length),
        };
    }

    /// <summary>Positions held.</summary>
    public int Length => cache.Length;

    /// <summary>Appends ids; the logits over the vocabulary of what follows, valid until the next call.</summary>
    public ReadOnlySpan<float> Append(ReadOnlySpan<int> ids)
    {
        rows.Clear();
        rows.Add(ids, [], firstPosition: Length, keysBefore: Length, keyStart: 0, answered: answered);
        return logits = learner.Infer(rows, lastRow, cache, logits);
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private Var LastRowLogits(Pass pass)
    {
        var model = learner.Model;
        return model.Head.Forward(pass, model.Finish(pass, model.Hidden(pass, pass.Rows.Pooled(PooledRow.Last))));
    }
}
