using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerSection
{
    /// <summary>Builds it, or gives null when there is none.</summary>
    /// <exception cref="Tributary.Numerics.InputException">A component is not supported; the message names it.</exception>
    public static INormalizer? Read(JsonPlace? section)
    {
        if (section is not { } place)
        {
            return null;
        }

        var type = place.Require("type").Text();
        return type switch
        {
            "Sequence" => new SequenceNormalizer([.. place.Require("normalizers").Items().Select(n => Read(n)!)]),
            "Prepend" => new PrependNormalizer(place.Require("prepend").Text()),
            "Replace" => new ReplaceNormalizer(Pattern(place), place.Require("content").Text()),
            _ => throw place.Complaint($"the normalizer '{type}' is not supported"),
        };
    }

    /// <summary>The text of a pattern; regular expressions are refused.</summary>
    public static string Pattern(JsonPlace place)
    {
        var pattern = place.Require("pattern");
        var text = pattern.Find("String")?.Text() ?? throw pattern.Complaint("a Replace of a regular expression is not supported; a 'String' is");
        return text.Length > 0 ? text : throw pattern.Complaint("the text to replace is empty");
    }
}
