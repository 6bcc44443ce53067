using Tributary.Federation.Results;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary>How evenly the owners fare.</summary>
internal static class FairnessSection
{
    public static void Write(Page page, RunResult result)
    {
        var fairness = result.Final.Fairness;
        page.Section("fairness", "Fairness");
        page.Paragraph("How evenly the shared model serves the owners, each on its own validation data and each counted once.");
        page.Facts(
        [
            ("Mean loss", Format.Loss(fairness.Mean)),
            ("Variance", Format.Small(fairness.Variance)),
            ("Worst owner", Format.Loss(fairness.Worst)),
            ("Worst tenth, mean", Format.Loss(fairness.WorstTenth)),
            ("Worst less best", Format.Loss(fairness.Gap)),
        ]);
    }
}
