using Tributary.Federation.Clients;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Weightings;

namespace Tributary.Federation.Methods;

/// <summary>What travels, what clients tell of themselves, and weights that come of it: one line for each combination that cannot hold.</summary>
internal static class MessageChecks
{
    public static IEnumerable<string> Check(Method method) => [.. Codec(method), .. Reports(method.LocalProgram), .. Weights(method, method.Weighting)];

    private static IEnumerable<string> Codec(Method method)
    {
        if (method.Codec.Down is Encoding.Deltas)
        {
            yield return "method.codec: deltas cannot go down, because the server does not know what a client holds; use values";
        }
        else if (EncodingRules.SelectionOf(method.Codec.Down) is Selection.TopMass)
        {
            yield return "method.codec: top_mass selects by what a client has trained and cannot go down; leave it out, or use largest";
        }

        if (new[] { method.Codec.Up, method.Codec.Down }.Any(encoding => EncodingRules.SelectionOf(encoding) is Selection.Largest { Density: not (> 0 and <= 1) }))
        {
            yield return "method.codec: density must be above 0 and at most 1";
        }

        if (EncodingRules.SelectionOf(method.Codec.Up) is not { } selection)
        {
            yield break;
        }

        if (method.Capacity is Capacity.Rows)
        {
            yield return "method.codec: rows by capacity and a selection exclude each other; choose one";
        }

        if (selection is Selection.TopMass mass)
        {
            foreach (var reason in TopMass(method, mass))
            {
                yield return reason;
            }
        }
    }

    private static IEnumerable<string> TopMass(Method method, Selection.TopMass mass)
    {
        if (!(mass.Share > 0 && double.IsFinite(mass.Share)) || mass.Smoothing is not (>= 0 and < 1) || mass.Least is not (> 0 and <= 1) || !(mass.Most >= mass.Least && mass.Most <= 1) || mass.Patience < 1)
        {
            yield return "method.codec: top_mass needs share above 0, smoothing from 0 to below 1, least above 0, most from least to 1, and patience of at least 1";
        }

        if (mass.Budget is { } budget && !(budget.Least > 0 && budget.Most >= budget.Least && double.IsFinite(budget.Most) && double.IsFinite(budget.Slope)))
        {
            yield return "method.codec: the budget of top_mass needs least above 0 and most of at least least";
        }

        if (mass.Budget is not null && !ClientReports.MeasuresLosses(method.LocalProgram))
        {
            yield return "method.codec: the budget of top_mass needs the report 'losses' in method.local_program";
        }

        if (!IsCuttable(mass.Grid))
        {
            yield return "method.codec: top_mass needs blocks with at least 1 stretch";
        }
    }

    private static IEnumerable<string> Reports(LocalProgram program)
    {
        if (program.Withheld is { } withheld && (withheld.Share is not (> 0 and < 1) || withheld.Least < 1))
        {
            yield return "method.local_program: withheld needs a share above 0 and below 1, and least of at least 1";
        }

        if (program.Reports.GroupBy(report => report.GetType()).Any(group => group.Count() > 1))
        {
            yield return "method.local_program: a report is told once";
        }

        if (program.Reports.OfType<Report.Labels>().Any(labels => labels.Buckets is < 2 or > 65_536 || labels.Smoothing is not (>= 0 and <= 1)))
        {
            yield return "method.local_program: the report 'labels' needs from 2 to 65536 buckets, and smoothing from 0 to 1";
        }
    }

    private static IEnumerable<string> Weights(Method method, Weighting weighting) => weighting switch
    {
        Weighting.ContributionDisparity contribution => Contribution(method, contribution),
        Weighting.Aligned aligned => [.. Aligned(method, aligned), .. aligned.Base is Weighting.Aligned ? ["method.weighting: aligned cannot be nested"] : Weights(method, aligned.Base)],
        Weighting.Staleness stale => Stale(method, stale),
        _ => [],
    };

    private static IEnumerable<string> Stale(Method method, Weighting.Staleness choice)
    {
        if (choice.Decay is StalenessDecay.Polynomial { Exponent: not (>= 0 and <= 1) } or StalenessDecay.Hinge { Steepness: not (> 0 and < double.MaxValue) })
        {
            yield return "method.weighting: staleness needs an exponent from 0 to 1 or a steepness above 0";
        }

        foreach (var reason in choice.Of is Weighting.Staleness or Weighting.Aligned or Weighting.ClusterPosterior ? ["method.weighting: staleness needs another weight that is neither staleness, aligned nor cluster_posterior"] : Weights(method, choice.Of))
        {
            yield return reason;
        }
    }

    private static IEnumerable<string> Contribution(Method method, Weighting.ContributionDisparity choice)
    {
        if (!ClientReports.MeasuresLosses(method.LocalProgram) || ClientReports.BucketsOf(method.LocalProgram) is null)
        {
            yield return "method.weighting: contribution_disparity needs the reports 'losses' and 'labels' in method.local_program";
        }

        if (!(double.IsFinite(choice.Size) && double.IsFinite(choice.Contribution) && double.IsFinite(choice.Disparity)) || choice.Smoothing is not (>= 0 and < 1))
        {
            yield return "method.weighting: contribution_disparity needs smoothing from 0 to below 1";
        }
    }

    private static IEnumerable<string> Aligned(Method method, Weighting.Aligned choice)
    {
        if (method.Codec.Up is not Encoding.Deltas)
        {
            yield return "method.weighting: aligned compares directions; set method.codec.up: deltas";
        }

        if (method.Combine is not Combine.Factors)
        {
            yield return "method.weighting: aligned weighs single blocks; set method.combine: factors";
        }

        if (choice.Share is not (>= 0 and <= 1) || !(choice.Temperature > 0 && double.IsFinite(choice.Temperature)) || !IsCuttable(choice.Grid))
        {
            yield return "method.weighting: aligned needs share from 0 to 1, temperature above 0, and blocks with at least 1 stretch";
        }
    }

    private static bool IsCuttable(BlockGrid grid) => grid.Stretches >= 1;
}
