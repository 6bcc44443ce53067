using Tributary.Federation.Results;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary>Which model and data the run saw.</summary>
internal static class SubjectSection
{
    public static void Write(Page page, RunResult result)
    {
        var subject = result.Subject;
        page.Section("subject", "Model and data");
        page.Facts(
        [
            ("Model", $"{subject.Model} ({subject.Architecture}), {Format.Count(subject.Parameters)} parameters, {Format.Bytes(subject.ModelBytes)}"),
            ("Trained", $"{Format.Count(subject.Trainable)} parameters on each owner, {Format.Percent((double)subject.Trainable / Math.Max(1, subject.Parameters))} of the model"),
            ("Hash of the base weights", subject.ModelHash),
            ("Data", $"{subject.Data} ({subject.Format}), {Format.Count(subject.Examples)} training rows, {Format.Bytes(subject.DataBytes)}"),
            ("Hash of the owners' rows", subject.DataHash),
            ("Given to owners", subject.Partition),
            ("Method", Method(result)),
            ("Seed", result.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Hash of the configuration", result.ConfigHash),
            ("Kernels", result.KernelSet),
        ]);
        Warnings(page.Body, result.Warnings);
    }

    private static string Method(RunResult result)
    {
        var (name, id) = (MethodName.InWords(result.Method), result.Method.Split('+')[0]);
        return result.Basis switch
        {
            _ when name != id => $"{name} than its own, as the experiment says: a method of its own, for which nothing published speaks",
            "verified" => $"{id} (as published)",
            _ => $"{id} (a reconstruction: the original was not available)",
        };
    }

    private static void Warnings(Html html, IReadOnlyList<CountedWarning> warnings)
    {
        if (warnings.Count == 0)
        {
            return;
        }

        html.Open("details").Element("summary", warnings.Count == 1 ? "One warning" : $"{warnings.Count} warnings").Open("ul");
        foreach (var warning in warnings)
        {
            html.Element("li", warning.Count == 1 ? warning.What : $"{warning.What} ({Format.Count(warning.Count)} times)");
        }

        html.Close("ul").Close("details").Line();
    }
}
