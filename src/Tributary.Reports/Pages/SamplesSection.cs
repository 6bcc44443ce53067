using Tributary.Federation.Results;

namespace Tributary.Reports.Pages;

/// <summary>What the model wrote before and after.</summary>
internal static class SamplesSection
{
    public static void Write(Page page, IReadOnlyList<SampleGeneration> samples)
    {
        if (samples.Count == 0)
        {
            return;
        }

        page.Section("samples", "Before and after");
        page.Paragraph("The same prompts before the first round and after the last, decoded greedily. They are examples, not a measurement.", "note");
        foreach (var sample in samples)
        {
            var html = page.Body.Open("div", ("class", "sample")).Open("div", ("class", "q")).Element("b", "Prompt").Element("span", sample.Prompt).Close("div");
            html.Open("div", ("class", "a"));
            html.Open("div").Element("b", "Before").Element("span", Shown(sample.Before)).Close("div");
            html.Open("div").Element("b", "After").Element("span", Shown(sample.After)).Close("div");
            html.Close("div").Close("div").Line();
        }
    }

    private static string Shown(string answer) => answer.Length == 0 ? "(nothing)" : answer;
}
