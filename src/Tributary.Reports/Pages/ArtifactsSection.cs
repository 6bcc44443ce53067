using Tributary.Federation.Results;

namespace Tributary.Reports.Pages;

/// <summary>What lies beside the page.</summary>
internal static class ArtifactsSection
{
    public static void Write(Page page, RunResult result)
    {
        page.Section("artifacts", "Files");
        page.Facts(new (string What, string? File)[]
        {
            ("Every figure of this page", RunResultFile.Name),
            ("The trained adapter, in PEFT's format", result.Artifacts.Adapter),
            ("What happened, one line per event", result.Artifacts.Events),
            ("State, to continue from", result.Artifacts.State),
        }.Where(row => row.File is not null).Select(row => (row.What, row.File!)));
    }
}
