using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal static class PreTokenizerSection
{
    /// <summary>Builds it, or gives null when there is none.</summary>
    /// <exception cref="Tributary.Numerics.InputException">A component is not supported; the message names it.</exception>
    public static IPreTokenizer? Read(JsonPlace? section)
    {
        if (section is not { } place)
        {
            return null;
        }

        var type = place.Require("type").Text();
        return type switch
        {
            "Sequence" => place.Require("pretokenizers").Items().Select(p => Read(p)!).Aggregate((IPreTokenizer?)null, (first, second) => first is null ? second : new SequencePreTokenizer(first, second)),
            "ByteLevel" => new ByteLevelPreTokenizer(place.FlagOr("add_prefix_space", true), place.FlagOr("use_regex", true)),
            "Metaspace" => new MetaspacePreTokenizer(Mark(place), Scheme(place), place.FlagOr("split", true)),
            _ => throw place.Complaint($"the pre-tokenizer '{type}' is not supported"),
        };
    }

    /// <summary>True when the pieces reach the model as bytes.</summary>
    public static bool IsByteLevel(JsonPlace? section) =>
        section?.Find("type")?.Text() switch
        {
            "ByteLevel" => true,
            "Sequence" => section.Value.Require("pretokenizers").Items().Any(p => IsByteLevel(p)),
            _ => false,
        };

    /// <summary>The character that a Metaspace stage writes for a space.</summary>
    public static char Mark(JsonPlace place) =>
        (place.Find("replacement")?.Text() ?? "\u2581") is [var mark] ? mark : throw place.Complaint("'replacement' has to be one character");

    /// <summary>When a Metaspace stage marks the beginning. Older files say add_prefix_space.</summary>
    public static PrependScheme Scheme(JsonPlace place)
    {
        var scheme = place.Find("prepend_scheme")?.Text() ?? (place.FlagOr("add_prefix_space", true) ? "always" : "never");
        return scheme switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => throw place.Complaint($"the prepend_scheme '{scheme}' is not one of always, first, never"),
        };
    }
}
