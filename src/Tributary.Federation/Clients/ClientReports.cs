using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Clients;

/// <summary>What clients tell of themselves beside their updates: what each <see cref="Report"/> is, in one place.</summary>
public static class ClientReports
{
    /// <summary>The section of reports.</summary>
    public const string Section = "report";

    /// <summary>Examples, held-out loss before and after training.</summary>
    public static TensorKey LossesKey { get; } = Key("losses");

    /// <summary>Shares of classes or buckets.</summary>
    public static TensorKey LabelsKey { get; } = Key("labels");

    /// <summary>The tensors that answers may hold.</summary>
    public static TensorLayout LayoutOf(LocalProgram program) => new(program.Reports.Select(report => report switch
    {
        Report.Losses => (LossesKey, (int[])[3]),
        Report.Labels labels => (LabelsKey, [labels.Buckets]),
        _ => throw new ArgumentException($"unknown report {report}"),
    }));

    /// <summary>Buckets of the spread of labels that a program tells; null when it tells none.</summary>
    public static int? BucketsOf(LocalProgram program) => program.Reports.OfType<Report.Labels>().FirstOrDefault()?.Buckets;

    /// <summary>Whether a program measures losses.</summary>
    public static bool MeasuresLosses(LocalProgram program) => program.Reports.Any(report => report is Report.Losses);

    /// <summary>The rows to train on and those to measure on: the same for clients with as many rows, whatever their ids.</summary>
    public static (TokenizedDataset Train, TokenizedDataset HeldOut) Split(TokenizedDataset data, Withheld? withheld, long seed)
    {
        if (withheld is null || data.Count < 2)
        {
            return (data, data);
        }

        var count = Math.Clamp((int)Math.Ceiling(withheld.Share * data.Count), Math.Min(withheld.Least, data.Count - 1), data.Count - 1);
        var chosen = PhiloxStream.Root(seed).Child("withheld").Sequence().Choose(data.Count, count).ToHashSet();
        return (Part(data, row => !chosen.Contains(row)), Part(data, chosen.Contains));
    }

    /// <summary>The mean loss over all rows at the model's present values.</summary>
    public static double LossOver(IClientModel model, TokenizedDataset data)
    {
        var rows = new TokenRows();
        data.Fill(rows, [.. Enumerable.Range(0, data.Count)]);
        return model.Loss(rows);
    }

    /// <summary>The tensors of an answer.</summary>
    /// <param name="program">What is told.</param>
    /// <param name="data">The client's rows, those held out among them.</param>
    /// <param name="examples">Rows it trained on.</param>
    /// <param name="before">Held-out loss before training.</param>
    /// <param name="after">Held-out loss after training.</param>
    /// <param name="isFirst">Whether it has not answered before.</param>
    public static ParameterSet Of(LocalProgram program, TokenizedDataset data, int examples, double before, double after, bool isFirst) => new(program.Reports
        .Where(report => isFirst || report is not Report.Labels)
        .Select(report => report switch
        {
            Report.Losses => new HostTensor(LossesKey, [3], [examples, (float)before, (float)after]),
            Report.Labels labels => new HostTensor(LabelsKey, [labels.Buckets], Spread(labels, data)),
            _ => throw new ArgumentException($"unknown report {report}"),
        }));

    private static float[] Spread(Report.Labels labels, TokenizedDataset data)
    {
        var counts = new double[labels.Buckets];
        foreach (var example in data.Examples)
        {
            var bucket = example.Class >= 0 ? (ulong)example.Class : StableHash.Of(string.Join(' ', example.Ids.Take(3)));
            counts[bucket % (ulong)labels.Buckets]++;
        }

        return Array.ConvertAll(counts, count => (float)(((count / data.Count) + labels.Smoothing) / (1 + (labels.Buckets * labels.Smoothing))));
    }

    private static TokenizedDataset Part(TokenizedDataset data, Func<int, bool> isIn) => new([.. data.Examples.Where((_, row) => isIn(row))], default, data.Masking);

    private static TensorKey Key(string name) => new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, Section, name);
}
