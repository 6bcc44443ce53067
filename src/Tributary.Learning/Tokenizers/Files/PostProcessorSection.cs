using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>post_processor</c> of a tokenizer.json, for one text.</summary>
internal static class PostProcessorSection
{
    /// <summary>Builds what stands around a text.</summary>
    /// <exception cref="Tributary.Numerics.InputException">A component is not supported, or names a token that does not exist.</exception>
    public static SpecialFrame Read(JsonPlace? section, Vocabulary vocabulary)
    {
        if (section is not { } place)
        {
            return SpecialFrame.None;
        }

        var type = place.Require("type").Text();
        return type switch
        {
            "Sequence" => place.Require("processors").Items().Select(p => Read(p, vocabulary)).Aggregate(SpecialFrame.None, (inner, outer) => new SpecialFrame([.. outer.Before, .. inner.Before], [.. inner.After, .. outer.After])),
            "ByteLevel" => SpecialFrame.None, // moves offsets only
            "TemplateProcessing" => Template(place, vocabulary),
            "RobertaProcessing" or "BertProcessing" => new SpecialFrame([Token(place.Require("cls"), vocabulary)], [Token(place.Require("sep"), vocabulary)]),
            _ => throw place.Complaint($"the post-processor '{type}' is not supported"),
        };
    }

    private static SpecialFrame Template(JsonPlace place, Vocabulary vocabulary)
    {
        var parts = (Before: new List<int>(), After: new List<int>());
        var texts = 0;
        foreach (var item in place.Require("single").Items())
        {
            if (item.Find("Sequence") is { } text)
            {
                texts += text.Require("id").Text() == "A" ? 1 : throw text.Complaint("the template for one text may use text A only");
                continue;
            }

            var name = item.Require("SpecialToken").Require("id").Text();
            var ids = place.Require("special_tokens").Require(name).Require("ids").Items().Select(i => Checked(i, i.Number(), vocabulary));
            (texts == 0 ? parts.Before : parts.After).AddRange(ids);
        }

        return texts == 1 ? new SpecialFrame([.. parts.Before], [.. parts.After]) : throw place.Complaint("the template for one text has to hold text A once");
    }

    private static int Token(JsonPlace pair, Vocabulary vocabulary) =>
        pair.Items().ToArray() is [_, var id] ? Checked(id, id.Number(), vocabulary) : throw pair.Complaint("expected a token and its id");

    private static int Checked(JsonPlace place, long id, Vocabulary vocabulary) =>
        id >= 0 && id < vocabulary.Size ? (int)id : throw place.Complaint($"no token has id {id}");
}
