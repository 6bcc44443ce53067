using System.Text.RegularExpressions;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Targets;

/// <summary>Regular expressions over paths of modules, from files and experiments: bounded in time, refused by name when they cannot be used.</summary>
internal static class ModulePattern
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>True when the whole path matches.</summary>
    public static bool IsWhole(string path, string pattern) => Find(path, $"^(?:{pattern})$").Success;

    /// <summary>True when the path, or its end behind a dot, matches.</summary>
    public static bool IsEnd(string path, string pattern) => Find(path, $@"^(?:.*\.)?(?:{pattern})$").Success;

    /// <summary>The value of the first pattern that the end of the path matches.</summary>
    public static T Value<T>(string path, IReadOnlyDictionary<string, T>? patterns, T fallback)
    {
        foreach (var (pattern, value) in patterns ?? new Dictionary<string, T>())
        {
            if (IsEnd(path, pattern))
            {
                return value;
            }
        }

        return fallback;
    }

    /// <summary>Searches a path.</summary>
    /// <exception cref="InputException">The pattern is no regular expression, or takes too long.</exception>
    public static Match Find(string path, string pattern)
    {
        try
        {
            return Regex.Match(path, pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            throw new InputException($"the pattern {pattern} for module names is not a usable regular expression: {error.Message}", error);
        }
    }
}
