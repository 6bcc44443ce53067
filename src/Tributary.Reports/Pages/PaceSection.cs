using System.Globalization;
using Tributary.Federation.Results;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary>When rounds closed by the run's own clock, and how late their answers were.</summary>
internal static class PaceSection
{
    public static void Write(Page page, RunResult result)
    {
        if (result.Rounds.All(round => round.Clock is null && round.Staleness is null))
        {
            return;
        }

        page.Section("pace", "Pace");
        if (result.Rounds[^1].Clock is { } clock)
        {
            Clock(page, result, clock);
        }

        Table(page.Body, result.Rounds);
        page.Paragraph("The clock is that of the simulated clients (durations, bandwidths), not of this machine. An answer is as many versions late as were made since the one that it started from; "
            + "work that would come too late to count is called off.", "note");
    }

    private static void Clock(Page page, RunResult result, double clock)
    {
        var answers = result.Rounds.Sum(round => round.Cohort.Count);
        var text = $"By the clients' own speeds {Rounds(result)} took {Format.Duration(clock)} and joined {Format.Count(answers)} answers, one every {Format.Duration(clock / answers)}.";
        if (result.Rounds.All(round => round.WaitingForAll is not null))
        {
            var (waiting, joined) = (result.Rounds[^1].WaitingForAll!.Clock, result.Rounds.Sum(round => round.WaitingForAll!.Answers));
            text += $" Had each waited for its whole cohort, they would have taken {Format.Duration(waiting)} and joined {Format.Count(joined)}, one every {Format.Duration(waiting / joined)}.";
        }

        page.Paragraph(text);
    }

    private static string Rounds(RunResult result) => result.Rounds.Count == 1 ? "one round" : $"{Format.Count(result.Rounds.Count)} rounds";

    private static void Table(Html html, IReadOnlyList<RoundResult> rounds)
    {
        html.Open("div", ("class", "wide")).Open("table").Open("thead").Open("tr").Element("th", "round", ("scope", "col"));
        foreach (var heading in (string[])["closed at", "answers", "versions late, mean", "latest", "called off", "closed, waiting for all"])
        {
            html.Element("th", heading, ("scope", "col"), ("class", "n"));
        }

        html.Close("tr").Close("thead").Open("tbody").Line();
        foreach (var round in rounds)
        {
            html.Open("tr").Element("th", string.Create(CultureInfo.InvariantCulture, $"{round.Round}"), ("scope", "row"));
            foreach (var cell in (string[])
            [
                Time(round.Clock), Format.Count(round.Cohort.Count), round.Staleness is { } late ? Format.Small(late.Mean) : "–", Count(round.Staleness?.Maximum), Count(round.CalledOff),
                Time(round.WaitingForAll?.Clock),
            ])
            {
                html.Element("td", cell, ("class", "n"));
            }

            html.Close("tr").Line();
        }

        html.Close("tbody").Close("table").Close("div").Line();
    }

    private static string Time(double? seconds) => seconds is { } value ? Format.Duration(value) : "–";

    private static string Count(int? count) => count is { } value ? Format.Count(value) : "–";
}
