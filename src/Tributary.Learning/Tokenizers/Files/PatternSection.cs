using Tributary.Learning.Tokenizers.Matching;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>pattern</c> of a stage: a text as it is, or a regular expression.</summary>
internal static class PatternSection
{
    /// <summary>Builds its matcher.</summary>
    /// <exception cref="Tributary.Numerics.InputException">It is empty or cannot be used.</exception>
    public static ITextMatcher Read(JsonPlace place)
    {
        var pattern = place.Require("pattern");
        var regex = pattern.Find("Regex");
        var text = (regex ?? pattern.Require("String")).Text();
        return text.Length == 0 ? throw pattern.Complaint("the pattern is empty")
            : regex is { } source ? SplitPattern.Of(text, $"{source.File}: {source.Path}")
            : new TextMatcher(text);
    }
}
