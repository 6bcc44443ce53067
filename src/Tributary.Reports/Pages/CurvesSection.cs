using Tributary.Federation.Results;
using Tributary.Reports.Charts;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary>The loss over the rounds, against the two bounds.</summary>
internal static class CurvesSection
{
    public static void Write(Page page, RunResult result)
    {
        page.Section("curves", "Learning curve");
        var validation = result.Rounds.Where(round => round.ValidationLoss is not null).Select(round => new Point(round.Round, round.ValidationLoss!.Value));
        if (result.Initial is { } initial)
        {
            validation = validation.Prepend(new Point(0, initial.Loss));
        }

        Series[] series = [new("validation", [.. validation]), new("training", [.. result.Rounds.Select(round => new Point(round.Round, round.TrainLoss))])];
        List<Level> levels = [];
        if (result.Local is { } local)
        {
            levels.Add(new("alone, mean", local.Loss));
        }

        if (result.Pooled is { } pooled)
        {
            levels.Add(new("pooled data", pooled.Loss));
        }

        var description = $"Training and validation loss over {result.Rounds.Count} rounds; the last validation loss is {Format.Loss(result.Final.Metrics.Loss)}.";
        var caption = new Caption("Loss by round", description, "round", "loss (nats per token)");
        page.Chart(width => LineChart.Draw(caption, series, levels, value => Format.Loss(value), width));
        page.Paragraph("Validation is the shared model on the union of the owners' validation sets; round 0 is the model before training. "
            + "Training is the mean over the owners of that round, measured while they train.", "note");
        if (result.Final.GapClosedReason is { } reason && result.Final.GapClosed is null)
        {
            page.Paragraph($"No share of the gap between alone and pooled is given: {reason}.", "note");
        }
    }
}
