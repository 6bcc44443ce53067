using System.Text;
using System.Text.RegularExpressions;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Templates;

/// <summary>Texts with placeholders such as <c>{instruction}</c>; other braces stand for themselves.</summary>
internal static partial class PlaceholderText
{
    /// <summary>Returns the template if it uses what it must and only what it may.</summary>
    /// <exception cref="InputException">A placeholder is missing or unknown.</exception>
    public static string Require(string template, string what, string required, params ReadOnlySpan<string> optional)
    {
        var found = false;
        foreach (Match match in Placeholder().Matches(template))
        {
            var name = match.Groups[1].Value;
            found |= name == required;
            if (name != required && !optional.Contains(name))
            {
                throw new InputException($"{what}: unknown placeholder {{{name}}}; known are {string.Join(", ", ["{" + required + "}", .. optional.ToArray().Select(known => "{" + known + "}")])}");
            }
        }

        return found ? template : throw new InputException($"{what}: the placeholder {{{required}}} is missing");
    }

    /// <summary>Puts values in place of placeholders, in one pass: a value that looks like a placeholder stays as it is.</summary>
    public static string Render(string template, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var text = new StringBuilder(template.Length);
        var position = 0;
        foreach (var match in Placeholder().EnumerateMatches(template))
        {
            text.Append(template, position, match.Index - position);
            var name = template.AsSpan(match.Index + 1, match.Length - 2);
            foreach (var (known, value) in values)
            {
                if (name.SequenceEqual(known))
                {
                    text.Append(value);
                }
            }

            position = match.Index + match.Length;
        }

        return text.Append(template, position, template.Length - position).ToString();
    }

    [GeneratedRegex(@"\{([a-z]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
