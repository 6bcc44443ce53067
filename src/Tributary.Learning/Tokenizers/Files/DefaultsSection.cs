using Tributary.Learning.Tokenizers.Encodings;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>truncation</c> and <c>padding</c> of a tokenizer.json.</summary>
internal static class DefaultsSection
{
    private const int MaxLength = 1 << 20; // a padded encoding is allocated whole

    /// <summary>Reads both.</summary>
    /// <exception cref="Tributary.Numerics.InputException">A value is out of range or unknown.</exception>
    public static EncodingDefaults Read(JsonPlace root) => new(
        root.Find("truncation") is { } truncation ? Truncation(truncation) : null,
        root.Find("padding") is { } padding ? Padding(padding) : null);

    private static Truncation Truncation(JsonPlace place) => new(Length(place.Require("max_length"), 1, int.MaxValue))
    {
        Strategy = (place.Find("strategy")?.Text() ?? "LongestFirst") switch
        {
            "LongestFirst" => TruncationStrategy.LongestFirst,
            "OnlyFirst" => TruncationStrategy.OnlyFirst,
            "OnlySecond" => TruncationStrategy.OnlySecond,
            var other => throw place.Complaint($"the strategy '{other}' is not one of LongestFirst, OnlyFirst, OnlySecond"),
        },
        Side = Side(place),
        Stride = place.Find("stride")?.Count() ?? 0,
    };

    private static Padding Padding(JsonPlace place)
    {
        var strategy = place.Require("strategy");
        int? length = strategy.Element.ValueKind == System.Text.Json.JsonValueKind.String && strategy.Text() == "BatchLongest" ? null : Length(strategy.Require("Fixed"), 0);
        return new Padding(
            place.Require("pad_id").Count(), place.Find("pad_type_id")?.Count() ?? 0, length, place.Find("pad_to_multiple_of") is { } multiple ? Length(multiple, 1) : 1, Side(place));
    }

    private static SequenceSide Side(JsonPlace place) => (place.Find("direction")?.Text() ?? "Right") switch
    {
        "Right" => SequenceSide.Right,
        "Left" => SequenceSide.Left,
        var other => throw place.Complaint($"the direction '{other}' is not one of Left, Right"),
    };

    private static int Length(JsonPlace place, int least, int most = MaxLength) =>
        place.Count() is var count && count >= least && count <= most ? count : throw place.Complaint($"expected {least} … {most}");
}
