using Tributary.Federation.Results;
using Tributary.Reports.Charts;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary><c>compare.html</c>: methods on equal terms, what each reached and what it cost.</summary>
public static class ComparisonPage
{
    private static readonly (string Heading, Func<ComparedMethod, Cell> Cell)[] Columns =
    [
        ("loss", line => Cell.Of(line.Loss, value => Format.Loss(value))),
        ("accuracy", line => Cell.Of(line.Accuracy, Format.Percent)),
        ("gap closed", line => Cell.Of(line.GapClosed, Format.Percent)),
        ("worst owner", line => Cell.Of(line.WorstOwner, value => Format.Loss(value))),
        ("worst − best", line => Cell.Of(line.OwnerGap, value => Format.Loss(value))),
        ("sent, received", line => new Cell(Format.Bytes(line.BytesUp), Format.Bytes(line.BytesDown))),
        ("time, memory", line => new Cell(line.Seconds > 0 ? Format.Duration(line.Seconds) : "–", line.PeakRssBytes > 0 ? Format.Bytes(line.PeakRssBytes) : "–")),
        ("averaging error", line => Cell.Of(line.AggregationError, Format.Small)),
    ];

    /// <summary>The whole page. The same result gives the same bytes.</summary>
    public static string Render(ComparisonResult result)
    {
        var page = new Page($"{result.Name} · methods compared");
        page.Body.Element("h1", result.Name).Line();
        var methods = result.Summary.Where(line => line.Basis is not null).Select(line => line.Method).Distinct(StringComparer.Ordinal).Count();
        page.Paragraph($"{(methods == 1 ? "One method" : $"{methods} methods")} on {(result.Data.Count == 1 ? "one data set" : $"{result.Data.Count} data sets")}: "
            + "the same model, the same rows with the same owners, the same rounds and local steps. Baselines were trained once for each seed and are shared.", "lede");
        foreach (var data in result.Data)
        {
            Write(page, result, data);
        }

        if (result.NotShown is { } others)
        {
            page.Paragraph($"The folder also holds whole runs of {string.Join(", ", others)}, which were not asked for this time. Named with the others they are shown again, and not run again.", "note");
        }

        page.Section("reading", "How to read this");
        page.Paragraph("Loss is mean cross-entropy in nats on the union of the owners' validation rows, each owner with the model it uses in the end. Worst owner, and worst − best, are over the losses that owners have on their own validation rows: who trains alone "
            + "is better at its own rows than at the union, so that even the worst of them may be below the loss. Accuracy is the share of labelled tokens "
            + "(or texts) whose first choice is right. A figure over several seeds is mean ± standard deviation; one seed has no deviation, and a difference smaller than the deviation of others says nothing. "
            + "Gap closed is 0 % for training alone and 100 % for pooled data. Averaging error is ‖mean(B)·mean(A) − mean(BA)‖ / ‖mean(BA)‖, the mean over rounds, where factors are averaged. "
            + "Time is that of the rounds, beside whatever ran beside them. Memory is the largest resident set of the run's own process: runtime, model, data and all clients of the "
            + "simulation; baselines are trained together in one. Both depend on the machine.", "note");
        return page.Finish($"Written by tributary {result.ToolVersion}.");
    }

    private static void Write(Page page, ComparisonResult result, ComparedData data)
    {
        var lines = result.Summary.Where(line => line.Data == data.Name).ToArray();
        page.Section(data.Name, data.Name);
        page.Paragraph($"{data.Subject.Model} ({data.Subject.Architecture}) on {data.Subject.Data}: {data.Owners} owners ({data.Subject.Partition}), {data.Rounds} rounds, "
            + $"{Format.Count(data.Subject.Examples)} training rows. Kernels {data.KernelSet}.");
        Chart(page, data, lines);
        Table(page.Body, lines);
        Kept(page, [.. result.Rows.Where(row => row.Data == data.Name)]);
        Failures(page, lines);
    }

    private static void Kept(Page page, IReadOnlyList<ComparedRun> rows)
    {
        var own = rows.Where(row => row.OwnAdaptation is not null).DistinctBy(row => row.Method).ToArray();
        if (own.Length > 0)
        {
            page.Body.Element("h3", "With adapters of their own").Line();
            page.Paragraph("These methods are made for another kind of adapter than the experiment names and kept theirs, so that more than the method differs.", "note");
            page.Facts(own.Select(row => (row.Method, $"{row.OwnAdaptation!.Kind}, {Format.Count(row.OwnAdaptation.Trainable)} trainable parameters")));
        }
    }

    private static void Chart(Page page, ComparedData data, IReadOnlyList<ComparedMethod> lines)
    {
        NamedPoint[] points = [.. lines.Where(line => line.Basis is not null && line.Loss is not null)
            .Select(line => new NamedPoint(line.Method, line.BytesUp + line.BytesDown, line.Loss!.Mean, line.Loss.Deviation ?? 0))];
        Level[] levels = [.. lines.Where(line => line.Basis is null && line.Loss is not null && line.GapClosed is not null).Select(line => new Level(Title(line.Method), line.Loss!.Mean))];
        if (points.Length == 0)
        {
            return;
        }

        var best = points.MinBy(point => point.Y)!;
        var caption = new Caption(
            $"Loss against bytes on {data.Name}", $"Each method's validation loss over the bytes that travelled in all rounds; the lowest is {best.Name} with {Format.Loss(best.Y)}.",
            "bytes that travelled, both ways", "loss (nats)");
        page.Chart(width => ScatterChart.Draw(caption, points, levels, Format.Bytes, value => Format.Loss(value), width));
        page.Paragraph("Below and to the left is better. Bars are standard deviations over seeds.", "note");
    }

    // On a phone every line is a card, and every cell says what it is.
    private static void Table(Html html, IReadOnlyList<ComparedMethod> lines)
    {
        html.Open("div", ("class", "wide")).Open("table", ("class", "stack")).Open("thead").Open("tr").Element("th", "method", ("scope", "col"));
        foreach (var (heading, _) in Columns)
        {
            html.Element("th", heading, ("scope", "col"), ("class", "n"));
        }

        html.Close("tr").Close("thead").Open("tbody").Line();
        foreach (var line in lines.Where(line => line.Loss is not null).OrderBy(line => line.Loss!.Mean))
        {
            html.Open("tr").Open("th", ("scope", "row")).Text(Title(line.Method) + (line.Basis == "reconstruction" ? " *" : ""))
                .Element("small", line.Loss!.Count == 1 ? "one seed" : $"{line.Loss.Count} seeds").Close("th");
            foreach (var (heading, cell) in Columns)
            {
                var (text, below) = cell(line);
                html.Open("td", ("class", "n"), ("data-label", heading)).Text(text);
                if (below is not null)
                {
                    html.Element("small", below);
                }

                html.Close("td");
            }

            html.Close("tr").Line();
        }

        html.Close("tbody").Close("table").Close("div").Line();
        if (lines.Any(line => line.Basis == "reconstruction" && line.Loss is not null))
        {
            html.Element("p", "* rebuilt: the original was not available.", ("class", "note")).Line();
        }
    }

    private static void Failures(Page page, IReadOnlyList<ComparedMethod> lines)
    {
        var failed = lines.Where(line => line.Failures.Count > 0).ToArray();
        if (failed.Length == 0)
        {
            return;
        }

        page.Body.Element("h3", "Without figures").Line();
        page.Facts(failed.Select(line => (line.Method, string.Join("; ", line.Failures))));
    }

    private static string Title(string method) => method switch
    {
        "local-only" => "each owner alone",
        "pooled" => "pooled data",
        _ => method,
    };

    private sealed record Cell(string Text, string? Below)
    {
        public static Cell Of(MeanDeviation? figure, Func<double, string> label) =>
            new(figure is null ? "–" : label(figure.Mean), figure?.Deviation is { } deviation ? $"± {label(deviation)}" : null);
    }
}
