using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Federation.Methods;
using Tributary.Federation.Results;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The page <c>docs/methods.md</c>: what is known of every method here, from its tests and from stored comparisons.</summary>
internal static class MethodsTable
{
    private const string Root = "fedit";
    private static readonly string[] VerdictsInOrder = ["held", "failed", "open", "not compared", "not testable"];

    /// <summary>The page.</summary>
    public static string Render(IReadOnlyList<ComparisonResult> comparisons)
    {
        var page = new StringBuilder();
        page.Append("""
            # The methods and how far each is checked

            This page is made by the tests from the catalogue, from the tests themselves and from the comparisons in `docs/comparisons/`; a test fails when it is not current.
            To make it anew: `TRIBUTARY_WRITE_DOCS=1 dotnet test tests/Tributary.Federation.Tests --filter MethodsTable`.

            - **Checks**: how many of the conformance checks in the method's own specification tests hold wholly (what is open stands below); then the test cases about it, and those of
              the two suites that every method must pass, with one LoRA adapter and with its own. All of them pass, or the build is red. A dash: no specification is counted.
            - **Effect**: loss less that of FedIT on the same data, model, budget and seed (below 0 is better), with the 95 % interval over seeds; where there was one seed there is none, and a small difference says nothing.
              These are tiny models on small data: an effect here says what the method does on this scale, not what it does on yours.
            - **Published orderings**: whether what was reported of two methods shows here too, counted over orderings and data sets; each stands below. *Held* and *failed* need an interval without 0, or bytes, which
              are exact; *open* is everything between.
            - An asterisk marks a reconstruction: the original was not available.


            """.ReplaceLineEndings("\n"));
        string[] names = [.. Names(comparisons)];
        page.Append($"| method | checks: held of specified | cases: own + common |{string.Concat(names.Select(name => $" effect on {name} |"))} published orderings |\n|---|---|---|{string.Concat(names.Select(_ => "---|"))}---|\n");
        foreach (var method in Catalogue.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{method.Id}`{(method.Basis == Basis.Reconstruction ? "\\*" : "")} {method.Name} | {Held(method)} | {ConformanceCount.Own(method)} + {ConformanceCount.Common(method)} |");
            foreach (var name in names)
            {
                page.Append(CultureInfo.InvariantCulture, $" {Effect(comparisons, name, method.Id)} |");
            }

            page.Append(CultureInfo.InvariantCulture, $" {Orderings(comparisons, method)} |\n");
        }

        page.Append("\nChecks of which something is open:\n\n");
        foreach (var method in Catalogue.All)
        {
            foreach (var open in ConformanceCount.Specified(method)?.Open ?? [])
            {
                page.Append(CultureInfo.InvariantCulture, $"- `{method.Id}`, check {open.Number}: {open.Reason}\n");
            }
        }

        page.Append("\nThe published orderings, how far they show here, and where they come from:\n\n");
        foreach (var ordering in PublishedOrdering.All.Where(ordering => Known(ordering.Better) && Known(ordering.Than)))
        {
            page.Append(CultureInfo.InvariantCulture, $"- `{ordering.Better}` before `{ordering.Than}` in {InWords(ordering.By)}: {string.Join(", ", Verdicts(comparisons, ordering).Select(verdict => $"{verdict.Is} on {verdict.Data}"))}. {ordering.Source}\n");
        }

        return page.ToString();
    }

    /// <summary>The comparisons stored in a folder, in the order of their names.</summary>
    public static IReadOnlyList<ComparisonResult> Read(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(file => JsonSerializer.Deserialize(File.ReadAllText(file), ResultsJson.Default.ComparisonResult)!)];

    /// <summary>The interval of a mean of differences; null with fewer than two seeds.</summary>
    internal static double? HalfInterval(MeanDeviation difference) =>
        difference.Deviation is { } deviation ? Student(difference.Count - 1) * deviation / Math.Sqrt(difference.Count) : null;

    // Two-sided 95 % quantiles of Student's t.
    private static double Student(int freedom) => freedom switch { 1 => 12.706, 2 => 4.303, 3 => 3.182, 4 => 2.776, 5 => 2.571, 6 => 2.447, 7 => 2.365, 8 => 2.306, 9 => 2.262, _ => 1.96 };

    private static IEnumerable<string> Names(IEnumerable<ComparisonResult> comparisons) => comparisons.SelectMany(comparison => comparison.Data.Select(data => data.Name)).Distinct(StringComparer.Ordinal);

    private static string Held(Method method) => ConformanceCount.Specified(method) is { } checks ? string.Create(CultureInfo.InvariantCulture, $"{checks.Held} of {checks.Count}") : "–";

    private static string Unread(Method method) => method.Paper is null ? "a baseline" : "not testable: no table of it was read";

    private static bool Known(string id) => Catalogue.All.Any(method => method.Id == id);

    private static string Effect(IReadOnlyList<ComparisonResult> comparisons, string data, string id)
    {
        var failure = comparisons.SelectMany(comparison => comparison.Rows).FirstOrDefault(row => row.Data == data && row.Method == id && row.Failure is not null)?.Failure;
        return id == Root ? "0" : Difference(comparisons, data, id, Root) is { } difference ? Text(difference) : failure is null ? "–" : failure.Split(':')[0];
    }

    private static string Text(MeanDeviation difference) => HalfInterval(difference) is { } half
        ? string.Create(CultureInfo.InvariantCulture, $"{difference.Mean:+0.000;−0.000;0.000} ± {half:0.000}")
        : string.Create(CultureInfo.InvariantCulture, $"{difference.Mean:+0.000;−0.000;0.000} (one seed)");

    private static MeanDeviation? Difference(IReadOnlyList<ComparisonResult> comparisons, string data, string one, string other)
    {
        Dictionary<ulong, double> Losses(string id) => comparisons.SelectMany(comparison => comparison.Rows)
            .Where(row => row.Data == data && row.Method == id && row.Metrics is not null).DistinctBy(row => row.Seed).ToDictionary(row => row.Seed, row => row.Metrics!.Loss);
        return MeanDeviation.OfDifferences(Losses(one), Losses(other));
    }

    // How many of a method's orderings hold, fail and are open; those with methods that are not in the catalogue are not testable.
    private static string Orderings(IReadOnlyList<ComparisonResult> comparisons, Method method)
    {
        var orderings = PublishedOrdering.Of(method.Id).ToArray();
        var verdicts = orderings.Where(ordering => Known(ordering.Better) && Known(ordering.Than)).SelectMany(ordering => Verdicts(comparisons, ordering)).Select(verdict => verdict.Is)
            .Concat(orderings.Where(ordering => !Known(ordering.Better) || !Known(ordering.Than)).Select(_ => "not testable")).ToArray();
        return verdicts.Length == 0 ? Unread(method) : string.Join(", ", VerdictsInOrder.Select(verdict => (Verdict: verdict, Count: verdicts.Count(verdict.Equals))).Where(pair => pair.Count > 0)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Count} {pair.Verdict}")));
    }

    private static IEnumerable<(string Data, string Is)> Verdicts(IReadOnlyList<ComparisonResult> comparisons, PublishedOrdering ordering) =>
        Names(comparisons).Select(data => (data, Verdict(comparisons, data, ordering)));

    private static string Verdict(IReadOnlyList<ComparisonResult> comparisons, string data, PublishedOrdering ordering)
    {
        if (ordering.By == OrderedBy.Upload)
        {
            double? Bytes(string id) => comparisons.SelectMany(comparison => comparison.Summary).FirstOrDefault(line => line.Data == data && line.Method == id && line.Loss is not null)?.BytesUp;
            return (Bytes(ordering.Better), Bytes(ordering.Than)) is ({ } own, { } other) ? own < other ? "held" : "failed" : "not compared";
        }

        return Difference(comparisons, data, ordering.Better, ordering.Than) is not { } difference ? "not compared"
            : HalfInterval(difference) is not { } half || Math.Abs(difference.Mean) <= half ? "open"
            : difference.Mean < 0 ? "held" : "failed";
    }

    private static string InWords(OrderedBy by) => by == OrderedBy.Upload ? "bytes sent" : "quality";
}
