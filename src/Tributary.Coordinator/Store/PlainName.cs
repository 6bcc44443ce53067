using System.Text.RegularExpressions;
using Tributary.Numerics;

namespace Tributary.Coordinator.Store;

/// <summary>
/// Names that people give to sites, runs and each other: 1 to 63 of a-z, 0-9, '-', '_' and '.', beginning and ending with a letter or digit. Two that look alike are the
/// same, none is a path, and all can stand in file names, certificates and logs as they are.
/// </summary>
internal static partial class PlainName
{
    private const int Longest = 63;

    /// <summary>The name, when it is one.</summary>
    /// <param name="name">From outside.</param>
    /// <param name="what">Whose name it is, for the message.</param>
    /// <exception cref="InputException">It is not such a name.</exception>
    public static string Require(string? name, string what) => name is { Length: <= Longest } && Form().IsMatch(name)
        ? name
        : throw new InputException($"the name of a {what} has 1 to {Longest} characters of a-z, 0-9, '-', '_' and '.', the first and the last a letter or digit");

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
