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
            ("Given to owners", subject.Partition),
            ("Method", $"{result.Method} ({(result.Basis == "verified" ? "as published" : "a reconstruction: the original was not available")})"),
            ("Seed", result.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Hash of the configuration", result.ConfigHash),
            ("Kernels", result.KernelSet),
            .. result.Warnings.Select(warning => ($"Warning, {Format.Count(warning.Count)} ×", warning.What)),
        ]);
    }
}
