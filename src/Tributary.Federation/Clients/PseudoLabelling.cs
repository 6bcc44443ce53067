using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Clients;

/// <summary>The rows of a client that has few labels, see <see cref="PseudoLabels"/>.</summary>
public static class PseudoLabelling
{
    private const int SamplesAtOnce = 32;

    /// <summary>The method with the model's number of classes put in.</summary>
    public static Method For(Method method, ModelShape shape) => method.LocalProgram.PseudoLabels is { Classes: null } few
        ? method with { LocalProgram = method.LocalProgram with { PseudoLabels = few with { Classes = shape.ScoresSequences ? shape.Classes : 0 } } }
        : method;

    /// <summary>The known rows, then the pool with its soft labels; the known rows alone, as they are, while the pool is empty.</summary>
    /// <param name="order">The order; its version says how large the pool is.</param>
    /// <param name="model">The model as it was received.</param>
    /// <param name="data">The client's rows.</param>
    public static TokenizedDataset Rows(WorkOrder order, IClientModel model, TokenizedDataset data)
    {
        if (order.Method.LocalProgram.PseudoLabels is not { } few)
        {
            return data;
        }

        var known = Known(few, order, data.Count);
        TokenizedExample[] labelled = [.. known.Select(row => data.Examples[row])];
        int[] others = [.. Enumerable.Range(0, data.Count).Except(known)];
        var size = PoolSize(few, known.Length, others.Length, order.Version);
        if (size == 0)
        {
            return new TokenizedDataset(labelled, default, data.Masking);
        }

        var soft = SoftLabels(model, data, others);
        var classes = soft[0].Length;
        var pool = Enumerable.Range(0, others.Length).OrderByDescending(i => soft[i].Max()).Take(size).Order()
            .Select(i => data.Examples[others[i]] with { Class = TokenRows.Ignore, Targets = soft[i] });
        return new TokenizedDataset([.. labelled.Select(example => example with { Targets = OneHot(example.Class, classes) }), .. pool], default, data.Masking);
    }

    /// <summary>Whether some rows have soft labels.</summary>
    public static bool HasPool(LocalProgram program, TokenizedDataset data) => program.PseudoLabels is not null && data.Examples.Any(example => example.Class < 0);

    /// <summary>How many rows the pool has.</summary>
    public static int PoolSize(PseudoLabels few, int known, int others, int version) => (int)Math.Min(others, Math.Floor(known * Math.Pow(few.Growth, version)) - known);

    /// <summary>The rows whose labels a client knows, in ascending order: the same for clients with as many rows, whatever their ids.</summary>
    public static int[] Known(PseudoLabels few, WorkOrder order, int rows) =>
        [.. PhiloxStream.Root(order.Seed).Child("labelled").Sequence().Choose(rows, Math.Min(few.Known, rows)).Order()];

    // Of the rows' tokens alone: their labels are unknown.
    private static float[][] SoftLabels(IClientModel model, TokenizedDataset data, int[] numbers)
    {
        var unlabelled = new TokenizedDataset([.. numbers.Select(row => data.Examples[row] with { Class = TokenRows.Ignore })], default, data.Masking);
        var rows = new TokenRows();
        var labels = new List<float[]>();
        for (var first = 0; first < unlabelled.Count; first += SamplesAtOnce)
        {
            int[] samples = [.. Enumerable.Range(first, Math.Min(SamplesAtOnce, unlabelled.Count - first))];
            unlabelled.Fill(rows, samples);
            var scores = model.Scores(rows);
            labels.AddRange(scores.Chunk(scores.Length / samples.Length).Select(Softmax));
        }

        return [.. labels];
    }

    private static float[] OneHot(int label, int classes) => [.. Enumerable.Range(0, classes).Select(c => c == label ? 1f : 0)];

    private static float[] Softmax(float[] scores)
    {
        var powers = scores.Select(score => Math.Exp(score - (double)scores.Max())).ToArray();
        var sum = powers.Sum();
        return [.. powers.Select(power => (float)(power / sum))];
    }
}
