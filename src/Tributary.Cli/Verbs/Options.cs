using System.CommandLine;

namespace Tributary.Cli.Verbs;

/// <summary>Options that several verbs share.</summary>
internal static class Options
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "print one JSON document and nothing else" };
}
