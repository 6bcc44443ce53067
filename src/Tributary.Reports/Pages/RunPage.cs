using Tributary.Federation.Results;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary><c>report.html</c> of a run: what was learned, by whom, at what cost.</summary>
public static class RunPage
{
    /// <summary>The whole page. The same report gives the same bytes.</summary>
    public static string Render(RunReport report)
    {
        var result = report.Result;
        var page = new Page($"{report.Name} · {MethodName.InWords(result.Method)}");
        page.Body.Element("h1", report.Name).Line();
        page.Paragraph(Lede(result), "lede");
        page.Figures(Figures(result));
        CurvesSection.Write(page, result);
        PaceSection.Write(page, result);
        ClientsSection.Write(page, result);
        BytesSection.Write(page, result);
        DevicesSection.Write(page, result);
        FairnessSection.Write(page, result);
        SamplesSection.Write(page, result.Samples);
        SubjectSection.Write(page, result);
        if (report.Configuration.Length > 0)
        {
            page.Section("configuration", "Configuration");
            page.Preformatted(report.Configuration);
        }

        ArtifactsSection.Write(page, result);
        return page.Finish($"Written by tributary {result.ToolVersion}. Losses are mean cross-entropy in nats per token; lower is better.");
    }

    private static string Lede(RunResult result)
    {
        var owners = result.Clients.Count == 1 ? "One owner" : $"{Format.Count(result.Clients.Count)} owners";
        var rounds = result.Rounds.Count == 1 ? "one round" : $"{result.Rounds.Count} rounds";
        var text = $"{owners} tuned the model “{result.Subject.Model}” with {MethodName.InWords(result.Method)} in {rounds}; {Travelled(result)}.";
        var final = result.Final.Metrics.Loss;
        if (result.Initial is { } initial)
        {
            text += $" The validation loss went from {Format.Loss(initial.Loss)} to {Format.Loss(final)}.";
        }

        return result.Local is not { } local ? text
            : text + (final < local.Loss
                ? $" An owner who trains alone reaches {Format.Loss(local.Loss)} on the same data, on average."
                : $" That is no better than training alone, which reaches {Format.Loss(local.Loss)} on the same data, on average.");
    }

    private static string Travelled(RunResult result) => result switch
    {
        { Trained: "pooled" } => "no update travelled, all rows lay in one place",
        { Cut: { } cut } => $"the model was cut in two, so that in every step what the owners' {MethodName.FirstBlocks(cut)} gave for each token went to the server, and the labels with it{(result.Exits is null ? "" : "; nothing came back before the end of a round")}",
        _ => "only updates travelled",
    };

    private static IEnumerable<Figure> Figures(RunResult result)
    {
        var final = result.Final;
        yield return new("Validation loss", Format.Loss(final.Metrics.Loss), $"{result.Trained}, all owners' validation data");
        if (result.Local is { } local)
        {
            yield return new("Training alone", Format.Loss(local.Loss), "mean over owners, same data");
        }

        if (result.Pooled is { } pooled)
        {
            yield return new("Pooled data", Format.Loss(pooled.Loss), "if all data lay in one place");
        }

        if (final.GapClosed is { } gap)
        {
            yield return new("Gap closed", Format.Percent(gap), "of the way from alone to pooled");
        }

        yield return new("Travelled", Format.Bytes(final.BytesUp + final.BytesDown), $"{Format.Bytes(final.BytesUp)} up, {Format.Bytes(final.BytesDown)} down");
        yield return new("Time", Format.Duration(final.Seconds), $"the whole run, peak memory {Format.Bytes(final.PeakRssBytes)}");
    }
}
