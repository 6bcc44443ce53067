using System.Text;
using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal static class PreTokenizerSection
{
    /// <summary>
    /// Builds it, or gives null when there is none. A byte level that comes last leaves the mapping to bytes to the model's alphabet, which
    /// <paramref name="bytesInModel"/> then says; an earlier one writes bytes as characters.
    /// </summary>
    /// <exception cref="Tributary.Numerics.InputException">A component is not supported; the message names it.</exception>
    public static IPreTokenizer? Read(JsonPlace? section, out bool bytesInModel)
    {
        List<JsonPlace> stages = section is { } place ? [.. Flat(place)] : [];
        bytesInModel = stages is [.., var last] && Type(last) == "ByteLevel";
        IPreTokenizer? result = null;
        for (var i = 0; i < stages.Count; i++)
        {
            var stage = Stage(stages[i]);
            if (Type(stages[i]) == "ByteLevel" && i < stages.Count - 1)
            {
                stage = new SequencePreTokenizer(stage, new ByteCharactersPreTokenizer());
            }

            result = result is null ? stage : new SequencePreTokenizer(result, stage);
        }

        return result;
    }

    /// <summary>The character that a Metaspace stage writes for a space.</summary>
    public static char Mark(JsonPlace place) => Character(place, "replacement", "\u2581");

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

    private static IEnumerable<JsonPlace> Flat(JsonPlace place) =>
        Type(place) == "Sequence" ? place.Require("pretokenizers").Items().SelectMany(Flat) : [place];

    private static string Type(JsonPlace place) => place.Require("type").Text();

    private static IPreTokenizer Stage(JsonPlace place) => Type(place) switch
    {
        "ByteLevel" => new ByteLevelPreTokenizer(place.FlagOr("add_prefix_space", true), place.FlagOr("use_regex", true)),
        "Metaspace" => new MetaspacePreTokenizer(Mark(place), Scheme(place), place.FlagOr("split", true)),
        "BertPreTokenizer" => WordCuts.Bert,
        "Whitespace" => WordCuts.Words,
        "WhitespaceSplit" => WordCuts.Spaces,
        "Punctuation" => WordCuts.Punctuation(place.Find("behavior") is { } behavior ? Behavior(behavior) : SplitBehavior.Isolated),
        "Digits" => WordCuts.Digits(place.FlagOr("individual_digits", false)),
        "CharDelimiterSplit" => new PatternPreTokenizer(new CharacterMatcher(Is(Character(place, "delimiter"))), SplitBehavior.Removed),
        "Split" => new PatternPreTokenizer(PatternSection.Read(place), Behavior(place.Require("behavior")), place.FlagOr("invert", false)),
        var type => throw place.Complaint($"the pre-tokenizer '{type}' is not supported"),
    };

    private static SplitBehavior Behavior(JsonPlace place) => place.Text() switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        var other => throw place.Complaint($"'{other}' is not one of Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
    };

    private static char Character(JsonPlace place, string name, string? otherwise = null) =>
        (otherwise is null ? place.Require(name).Text() : place.Find(name)?.Text() ?? otherwise) is [var character]
            ? character
            : throw place.Complaint($"'{name}' has to be one character");

    private static Func<Rune, bool> Is(char character) => c => c.Value == character;
}
