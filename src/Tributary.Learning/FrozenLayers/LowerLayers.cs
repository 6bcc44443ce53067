using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.FrozenLayers;

/// <summary>
/// Runs a model from its tokens through the blocks below everything that a learner changes, for the sequences that the store does not hold yet; the others are copied from
/// there. No gradient flows into these blocks and nothing in them is random, so the rows are the same bits either way.
/// </summary>
/// <param name="store">Where rows are kept.</param>
/// <param name="blocks">How many blocks, from the first on.</param>
public sealed class LowerLayers(ActivationStore store, int blocks) : ILowerBlocks
{
    private const int RoomLength = 1 << 16;
    private readonly TokenRows missing = new();
    private readonly float[] room = new float[Math.Max(RoomLength, store.Model.Shape.Width)];
    private SequenceKey[] keys = [];
    private int[] places = [];
    private int[] keyRoom = [];
    private Pass? below;

    /// <inheritdoc/>
    public int Blocks { get; } = blocks;

    /// <summary>How many of a model's blocks, from the first on, nothing in the pass changes: what flows out of them needs no gradient. The tape must record.</summary>
    internal static int FrozenBlocks(LanguageModel model, Pass pass)
    {
        var x = model.Embed(pass);
        for (var block = 0; !x.NeedsGradient && block < model.Shape.Layers; block++)
        {
            x = model.Blocks(pass, x, block, block + 1);
            if (x.NeedsGradient)
            {
                return block;
            }
        }

        return x.NeedsGradient ? 0 : model.Shape.Layers;
    }

    /// <inheritdoc/>
    public Var Forward(Pass pass)
    {
        var (tape, rows) = (pass.Tape, pass.Rows);
        var y = tape.NewVar(rows.Count, store.Model.Shape.Width, needsGradient: false);
        Grow(rows.SegmentCount);
        missing.Clear();
        for (var s = 0; s < rows.SegmentCount; s++)
        {
            var segment = rows.Segments[s];
            var key = SequenceKey.Of(rows, segment, Blocks, ref keyRoom);
            if (!store.TryRead(key, y.Value.RowRange(segment.QueryStart, segment.QueryCount), room))
            {
                (keys[missing.SegmentCount], places[missing.SegmentCount]) = (key, segment.QueryStart);
                missing.AddInputs(rows, segment);
            }
        }

        if (missing.SegmentCount > 0)
        {
            var x = Compute(pass);
            for (var s = 0; s < missing.SegmentCount; s++)
            {
                var segment = missing.Segments[s];
                var computed = x.Value.RowRange(segment.QueryStart, segment.QueryCount);
                tape.Backend.AddScaled(computed, y.Value.RowRange(places[s], segment.QueryCount), 1, 0);
                store.Add(keys[s], computed, room);
            }

            tape.Release(x);
        }

        return y;
    }

    private Var Compute(Pass pass)
    {
        below = (below ?? new Pass(pass.Tape, pass.Adapters, missing)).Restart(pass.Adapters, missing, pass.DropoutKey);
        return store.Model.Blocks(below, store.Model.Embed(below), 0, Blocks);
    }

    private void Grow(int segments)
    {
        if (keys.Length < segments)
        {
            (keys, places) = (new SequenceKey[2 * segments], new int[2 * segments]);
        }
    }
}
