using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>The format that a first record's field names mean.</summary>
internal static class FormatDetection
{
    public static DataFormat Of(IDataRecord record, string path)
    {
        var fields = record.FieldNames.ToHashSet(StringComparer.Ordinal);
        if (fields.Contains("chosen") && fields.Contains("rejected"))
        {
            return DataFormats.Parse("preference");
        }

        return fields switch
        {
            _ when fields.Contains("messages") => DataFormat.Messages,
            _ when fields.Contains("conversations") => DataFormat.ShareGpt,
            _ when fields.Contains("instruction") && fields.Contains("output") => DataFormat.Alpaca,
            _ when fields.Contains("instruction") && fields.Contains("response") => DataFormat.Dolly,
            _ when fields.Contains("tokens") && fields.Overlaps(["tags", "ner_tags", "pos_tags", "labels"]) => DataFormat.Tokens,
            _ when fields.Contains("text") && fields.Overlaps(["label", "labels"]) => DataFormat.Classification,
            _ when fields.Contains("text") => DataFormat.Text,
            _ => throw new InputException(
                $"{path}: the format cannot be told from the fields {string.Join(", ", record.FieldNames.Take(12))}; rename them to those of a format: "
                + "instruction, input, output (alpaca); instruction, context, response (dolly); messages; conversations (sharegpt); text; text, label (classification); tokens, tags (tokens)"),
        };
    }
}
