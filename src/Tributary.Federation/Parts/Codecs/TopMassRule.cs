using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>The blocks with most of the impact, those that have waited too long, and every tensor that is not cut (see <see cref="Selection.TopMass"/>).</summary>
internal sealed class TopMassRule(Selection.TopMass choice)
{
    private const string Importance = "importance";
    private const string LeftOut = "left_out";
    private const double Slack = 1e-12;

    /// <summary>Sections of the sender's state: the smoothed impact of every block, and for how many rounds it has been left out.</summary>
    public static IEnumerable<string> Sections => [Importance, LeftOut];

    /// <summary>The parts to send, and the sections.</summary>
    public (IReadOnlyDictionary<TensorKey, TensorPart> Parts, SortedDictionary<string, ParameterSet> State) Select(ParameterSet tensors, Upload upload)
    {
        var blocks = BlocksOf(tensors);
        var importance = Smoothed(blocks, upload);
        var waited = blocks.Select(block => Value(upload.Kept.Section(LeftOut), block)).ToArray();
        var chosen = Chosen(blocks, importance, upload.Holding.Share ?? choice.Share);
        for (var i = 0; i < blocks.Length; i++)
        {
            chosen[i] |= waited[i] >= choice.Patience && upload.Kept.Section(EncodingRules.ResidualSection).TryGet(blocks[i].Tensor.Key, out var residual)
                && blocks[i].In(residual.Values).ContainsAnyExcept(0f);
        }

        return (Marked(tensors, blocks, chosen), new(StringComparer.Ordinal)
        {
            [Importance] = Vectors(tensors, blocks, importance),
            [LeftOut] = Vectors(tensors, blocks, [.. waited.Select((rounds, i) => chosen[i] ? 0 : rounds + 1)]),
        });
    }

    /// <summary>The parts when no block is sent, and the fewest values of blocks that are sent, wherever they lie.</summary>
    public (IReadOnlyDictionary<TensorKey, TensorPart> Parts, long Values) Fewest(ParameterSet tensors)
    {
        var blocks = BlocksOf(tensors);
        return (Marked(tensors, blocks, new bool[blocks.Length]), blocks.Select(block => (long)block.Length).Order().Take(Fewest(blocks.Length)).Sum());
    }

    /// <summary>The parts when every block is sent.</summary>
    public IReadOnlyDictionary<TensorKey, TensorPart> All(ParameterSet tensors)
    {
        var blocks = BlocksOf(tensors);
        return Marked(tensors, blocks, [.. blocks.Select(_ => true)]);
    }

    private static float Value(ParameterSet set, Block block) => set.TryGet(block.Tensor.Key, out var vector) ? vector.Values[block.Number] : 0;

    private int Fewest(int count) => (int)Math.Ceiling((choice.Least * count) - Slack);

    private Block[] BlocksOf(ParameterSet tensors) => [.. tensors.Where(IsCut).SelectMany(tensor =>
        Enumerable.Range(0, choice.Grid.CountOf(tensor.Shape)).Select(number => new Block(tensor, number, choice.Grid.LengthOf(tensor.Shape), choice.Grid.PlaceOf(tensor.Shape, number))))];

    private double[] Smoothed(Block[] blocks, Upload upload)
    {
        var now = blocks.Select(block => upload.Impact.TryGetValue(block.Tensor.Key, out var impact) ? impact[block.Number] : 0).ToArray();
        var sum = now.Sum();
        var before = upload.Kept.Section(Importance);
        return [.. now.Select((impact, i) =>
        {
            var share = sum > 0 ? impact / sum : 0;
            return before.Count == 0 ? share : (choice.Smoothing * Value(before, blocks[i])) + ((1 - choice.Smoothing) * share);
        })];
    }

    private bool[] Chosen(Block[] blocks, double[] importance, double share)
    {
        var order = Enumerable.Range(0, blocks.Length).OrderByDescending(i => importance[i]).ThenBy(i => blocks[i].Tensor.Key).ThenBy(i => blocks[i].Place).ToArray();
        var (all, sum, count) = (importance.Sum(), 0.0, 0);
        while (count < order.Length && (share >= 1 || (all > 0 && sum / all < share - Slack)))
        {
            sum += importance[order[count++]];
        }

        count = Math.Clamp(count, Fewest(order.Length), (int)Math.Ceiling((choice.Most * order.Length) - Slack));
        var chosen = new bool[order.Length];
        foreach (var i in order.Take(count))
        {
            chosen[i] = true;
        }

        return chosen;
    }

    private bool IsCut(HostTensor tensor) => choice.Grid.Covers(tensor.Key, tensor.Shape);

    private SortedDictionary<TensorKey, TensorPart> Marked(ParameterSet tensors, Block[] blocks, bool[] chosen)
    {
        var marked = blocks.Where((_, i) => chosen[i]).ToLookup(block => block.Tensor.Key, block => block.Number);
        return new(tensors.Where(IsCut).ToDictionary(tensor => tensor.Key, tensor => TensorPart.Rows(tensor.Shape, Marks.Of(choice.Grid.CountOf(tensor.Shape), marked[tensor.Key]))));
    }

    private static ParameterSet Vectors(ParameterSet tensors, Block[] blocks, double[] values)
    {
        var byTensor = blocks.Zip(values).ToLookup(pair => pair.First.Tensor.Key, pair => (float)pair.Second);
        return new(tensors.Where(tensor => byTensor.Contains(tensor.Key)).Select(tensor => new HostTensor(tensor.Key, [byTensor[tensor.Key].Count()], [.. byTensor[tensor.Key]])));
    }

    private sealed record Block(HostTensor Tensor, int Number, int Length, int Place)
    {
        public ReadOnlySpan<float> In(float[] values) => values.AsSpan(Number * Length, Length);
    }
}
