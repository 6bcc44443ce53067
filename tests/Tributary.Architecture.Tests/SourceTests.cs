using System.Text.RegularExpressions;

namespace Tributary.Architecture.Tests;

/// <summary>What holds for every source file.</summary>
public partial class SourceTests
{
    private const int LongestFile = 400;

    // Data, not code: may be longer.
    private static readonly string[] LongByNature = [];

    private static IReadOnlyList<string> Sources => [.. Repository.Files("src").Concat(Repository.Files("tests")).Where(file => file.EndsWith(".cs", StringComparison.Ordinal))];

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var strangers = new List<string>();
        foreach (var file in Repository.Files("src").Where(file => file.EndsWith(".cs", StringComparison.Ordinal)))
        {
            if (Namespace().Match(Repository.Read(file)) is { Success: true } match && match.Groups[1].Value != Expected(file))
            {
                strangers.Add($"{file} says {match.Groups[1].Value}");
            }
        }

        strangers.ShouldBeEmpty();
    }

    [Fact]
    public void No_file_is_too_long_to_read() =>
        Sources.Except(LongByNature).Where(file => Repository.Read(file).Count(c => c == '\n') > LongestFile).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_undone_and_no_machine_is_named()
    {
        // Put together here so that this file does not find itself.
        string[] banned = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception", "/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "/tmp/" + "wt"];
        var found =
            from file in Sources.Concat(Repository.Files("docs")).Concat(Repository.Files("samples")).Concat(Repository.Files("eng")).Append("README.md")
            let text = Repository.Read(file)
            from word in banned
            where text.Contains(word, StringComparison.Ordinal)
            select $"{file}: {word}";

        found.ShouldBeEmpty();
    }

    // The seam and the common errors of Numerics are used by everyone and live in its root namespace.
    private static string Expected(string file)
    {
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/')["src/".Length..].Replace('/', '.');
        return folder is "Tributary.Numerics.Common" or "Tributary.Numerics.Backend" ? "Tributary.Numerics" : folder;
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
