using Tributary.Learning.Tokenizers.Encodings;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>post_processor</c> of a tokenizer.json: what stands around texts, and whether ranges are trimmed.</summary>
internal sealed record PostProcessorSection(TextFrame Frame, bool TrimsRanges)
{
    private static readonly PostProcessorSection None = new(TextFrame.None, TrimsRanges: false);

    /// <summary>Reads it.</summary>
    /// <exception cref="Tributary.Numerics.InputException">A component is not supported, or names a token that does not exist.</exception>
    public static PostProcessorSection Read(JsonPlace? section, Vocabulary vocabulary)
    {
        if (section is not { } place)
        {
            return None;
        }

        var type = place.Require("type").Text();
        return type switch
        {
            "Sequence" => Join(place, [.. place.Require("processors").Items().Select(p => Read(p, vocabulary))]),
            "ByteLevel" => None with { TrimsRanges = place.FlagOr("trim_offsets", true) },
            "TemplateProcessing" => None with { Frame = new Template(place, vocabulary).Frame() },
            "BertProcessing" => None with { Frame = TextFrame.Bert(Token(place.Require("cls"), vocabulary), Token(place.Require("sep"), vocabulary)) },
            "RobertaProcessing" => new(
                TextFrame.Roberta(Token(place.Require("cls"), vocabulary), Token(place.Require("sep"), vocabulary)), place.FlagOr("trim_offsets", true)),
            _ => throw place.Complaint($"the post-processor '{type}' is not supported"),
        };
    }

    private static PostProcessorSection Join(JsonPlace place, PostProcessorSection[] processors)
    {
        var frames = processors.Select(p => p.Frame).Where(frame => frame != TextFrame.None).ToArray();
        return frames.Length <= 1
            ? new(frames.FirstOrDefault() ?? TextFrame.None, processors.Any(p => p.TrimsRanges))
            : throw place.Complaint("more than one processor of a sequence adds tokens, which is not supported; write one template");
    }

    private static int Token(JsonPlace pair, Vocabulary vocabulary) =>
        pair.Items().ToArray() is [_, var id] ? Checked(id, vocabulary) : throw pair.Complaint("expected a token and its id");

    private static int Checked(JsonPlace id, Vocabulary vocabulary) =>
        id.Number() is >= 0 and var number && number < vocabulary.Size ? (int)number : throw id.Complaint($"no token has id {id.Number()}");

    /// <summary>A template for one text and, if there is one, for a pair.</summary>
    private sealed class Template(JsonPlace place, Vocabulary vocabulary)
    {
        public TextFrame Frame()
        {
            var single = Parts(place.Require("single")).ToArray();
            var pair = place.Find("pair") is { } both ? Parts(both).ToArray() : [.. single, FramePart.Second()];
            Expect(single, 1, 0);
            Expect(pair, 1, 1);
            return new TextFrame(single, pair);
        }

        private IEnumerable<FramePart> Parts(JsonPlace template)
        {
            foreach (var item in template.Items())
            {
                if (item.Find("Sequence") is { } text)
                {
                    var type = text.Find("type_id")?.Count() ?? 0;
                    yield return text.Require("id").Text() switch
                    {
                        "A" => FramePart.First(type),
                        "B" => FramePart.Second(type),
                        var other => throw text.Complaint($"the text '{other}' is not one of A, B"),
                    };
                    continue;
                }

                var token = item.Require("SpecialToken");
                foreach (var id in place.Require("special_tokens").Require(token.Require("id").Text()).Require("ids").Items())
                {
                    yield return FramePart.Token(Checked(id, vocabulary), token.Find("type_id")?.Count() ?? 0);
                }
            }
        }

        private void Expect(FramePart[] parts, int first, int second)
        {
            if (parts.Count(p => p.Kind == FramePartKind.First) != first || parts.Count(p => p.Kind == FramePartKind.Second) != second)
            {
                throw place.Complaint("a template holds each of its texts once: A alone in 'single', A and B in 'pair'");
            }
        }
    }
}
