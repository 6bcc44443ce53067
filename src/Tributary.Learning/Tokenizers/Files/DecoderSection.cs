using Tributary.Learning.Tokenizers.Decoders;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>decoder</c> of a tokenizer.json.</summary>
internal static class DecoderSection
{
    /// <summary>Builds it, or gives null when there is none.</summary>
    /// <exception cref="Tributary.Numerics.InputException">A component is not supported; the message names it.</exception>
    public static ITokenDecoder? Read(JsonPlace? section)
    {
        if (section is not { } place)
        {
            return null;
        }

        var type = place.Require("type").Text();
        return type switch
        {
            "Sequence" => new SequenceDecoder([.. place.Require("decoders").Items().Select(d => Read(d)!)]),
            "ByteLevel" => new ByteLevelDecoder(),
            "ByteFallback" => new ByteFallbackDecoder(),
            "Fuse" => new FuseDecoder(),
            "WordPiece" => new WordPieceDecoder(place.Find("prefix")?.Text() ?? "##", place.FlagOr("cleanup", true)),
            "BPEDecoder" => new SuffixDecoder(place.Find("suffix")?.Text() ?? "</w>"),
            "Replace" => new ReplaceDecoder(PatternSection.Read(place), place.Require("content").Text()),
            "Strip" => Strip(place),
            "Metaspace" => new MetaspaceDecoder(PreTokenizerSection.Mark(place), PreTokenizerSection.Scheme(place) != PrependScheme.Never),
            _ => throw place.Complaint($"the decoder '{type}' is not supported"),
        };
    }

    private static StripDecoder Strip(JsonPlace place) => new(
        place.Require("content").Text() is [var c] ? c : throw place.Complaint("'content' has to be one character"),
        place.Require("start").Count(), place.Require("stop").Count());
}
