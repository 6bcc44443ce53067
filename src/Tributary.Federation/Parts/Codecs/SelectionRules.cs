using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>What each <see cref="Selection"/> does, in one place.</summary>
public static class SelectionRules
{
    /// <summary>The parts of a message's tensors that travel, and what the sender keeps for its next message.</summary>
    internal static (IReadOnlyDictionary<TensorKey, TensorPart> Parts, SortedDictionary<string, ParameterSet> State) Select(Selection selection, ParameterSet tensors, Upload upload) =>
        selection switch
    {
        Selection.Largest largest => (Largest(tensors, upload.Holding.Density ?? largest.Density), new(StringComparer.Ordinal)),
        Selection.TopMass mass => new TopMassRule(mass).Select(tensors, upload),
        _ => throw new ArgumentException($"unknown selection {selection}"),
    };

    /// <summary>The parts of a download's tensors that travel, with a density of the receiver's own where it has one.</summary>
    public static IReadOnlyDictionary<TensorKey, TensorPart> SelectDown(Selection? selection, ParameterSet tensors, double? density) => selection switch
    {
        null => new Dictionary<TensorKey, TensorPart>(),
        Selection.Largest largest => Largest(tensors, density ?? largest.Density),
        _ => throw new ArgumentException($"a selection that goes upwards only: {selection}"),
    };

    /// <summary>How blocks are cut whose impact is to be measured while training; null when none is.</summary>
    public static BlockGrid? MeasuredBlocks(Selection? selection) => (selection as Selection.TopMass)?.Grid;

    /// <summary>Sections of a client's state that a selection keeps, with their tensors.</summary>
    public static IEnumerable<(string Section, TensorLayout Layout)> StateLayouts(Selection? selection, TensorLayout trained) => selection switch
    {
        Selection.TopMass mass => TopMassRule.Sections.Select(section => (section, Vectors(mass.Grid, trained))),
        _ => [],
    };

    /// <summary>The share that a client's next message shall hold, as far as the server knows better than the codec.</summary>
    public static double? ShareOf(Selection? selection, string client, IReadOnlyDictionary<string, double> known) =>
        selection is Selection.TopMass { Budget: not null } && known.TryGetValue(KnownShare(client), out var share) ? share : null;

    /// <summary>The state with what the losses of a round's senders make of their shares.</summary>
    internal static ServerState Learned(ServerState state, WeighedUpdates weighed)
    {
        var (contents, updates) = (weighed.Contents, weighed.Contents.Updates);
        if (EncodingRules.SelectionOf(contents.Method.Codec.Up) is not Selection.TopMass { Budget: { } budget } mass)
        {
            return state;
        }

        var z = Standard.Scores([.. Enumerable.Range(0, updates.Count).Select(k => contents.Report(k, ClientReports.LossesKey)![2])]);
        for (var k = 0; k < updates.Count; k++)
        {
            var share = Math.Clamp(mass.Share + (budget.Slope * z[k]), budget.Least, budget.Most);
            state = state with { Body = state.Body.WithNumber(KnownShare(updates[k].Client), share) };
        }

        return state;
    }

    // What travels whole needs no marks.
    private static IReadOnlyDictionary<TensorKey, TensorPart> Largest(ParameterSet tensors, double density) =>
        density < 1 ? LargestEntries.Of(tensors, density) : new Dictionary<TensorKey, TensorPart>();

    private static string KnownShare(string client) => "share/" + client;

    private static TensorLayout Vectors(BlockGrid grid, TensorLayout trained) =>
        new(trained.Tensors.Where(tensor => grid.Covers(tensor.Key, tensor.Shape)).Select(tensor => (tensor.Key, (int[])[grid.CountOf(tensor.Shape)])));
}
