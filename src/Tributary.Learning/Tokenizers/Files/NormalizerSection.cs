using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.SentencePiece;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>normalizer</c> of a tokenizer.json; <paramref name="bert"/> overrides what a BERT normaliser says.</summary>
internal sealed class NormalizerSection(Func<BertCleaning, BertCleaning> bert)
{
    /// <summary>Builds it, or gives null when there is none.</summary>
    /// <exception cref="Tributary.Numerics.InputException">A component is not supported; the message names it.</exception>
    public INormalizer? Read(JsonPlace? section) => section is { } place ? Stage(place) : null;

    private INormalizer Stage(JsonPlace place)
    {
        var type = place.Require("type").Text();
        return type switch
        {
            "Sequence" => new SequenceNormalizer([.. place.Require("normalizers").Items().Select(Stage)]),
            "BertNormalizer" => bert(Bert(place)).Normalizer(),
            "NFC" => new UnicodeNormalizer(UnicodeForm.Nfc),
            "NFD" => new UnicodeNormalizer(UnicodeForm.Nfd),
            "NFKC" => new UnicodeNormalizer(UnicodeForm.Nfkc),
            "NFKD" => new UnicodeNormalizer(UnicodeForm.Nfkd),
            "Lowercase" => CharacterNormalizer.Lowercase,
            "StripAccents" => CharacterNormalizer.DropMarks,
            "Strip" => new StripNormalizer(place.FlagOr("strip_left", true), place.FlagOr("strip_right", true)),
            "Prepend" => new PrependNormalizer(place.Require("prepend").Text()),
            "Replace" => new ReplaceNormalizer(PatternSection.Read(place), place.Require("content").Text()),
            "Precompiled" => new PrecompiledNormalizer(Rules(place.Require("precompiled_charsmap"))),
            _ => throw place.Complaint($"the normalizer '{type}' is not supported"),
        };
    }

    private static BertCleaning Bert(JsonPlace place) => new(
        place.FlagOr("clean_text", true), place.FlagOr("handle_chinese_chars", true), place.Find("strip_accents")?.Flag(), place.FlagOr("lowercase", true));

    private static CharsMap Rules(JsonPlace place) =>
        place.Element.TryGetBytesFromBase64(out var blob) ? new CharsMap(blob, $"{place.File}: {place.Path}") : throw place.Complaint("expected base64");
}
