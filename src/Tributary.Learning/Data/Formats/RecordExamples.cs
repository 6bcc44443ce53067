using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>From a record to an example of a known format.</summary>
internal static class RecordExamples
{
    private const int MaxFieldLength = 200; // longer values are content, not something to partition by
    private static readonly IReadOnlyDictionary<string, string> NoFields = new Dictionary<string, string>();

    /// <summary>The example that a record means.</summary>
    /// <exception cref="InputException">A field is missing or of the wrong type.</exception>
    public static Example ToExample(IDataRecord record, DataFormat format) => format switch
    {
        DataFormat.Alpaca => new InstructionExample(
            Text(record, "instruction"), record.FindText("input") ?? string.Empty, Text(record, "output"), Fields(record, "instruction", "input", "output", "text")),
        DataFormat.Dolly => new InstructionExample(
            Text(record, "instruction"), record.FindText("context") ?? string.Empty, Text(record, "response"), Fields(record, "instruction", "context", "response")),
        DataFormat.Messages => new ConversationExample(Conversation(record, "messages", "role", "content"), Fields(record, "messages")),
        DataFormat.ShareGpt => new ConversationExample(Conversation(record, "conversations", "from", "value"), Fields(record, "conversations")),
        DataFormat.Text => new TextExample(Text(record, "text"), Fields(record, "text")),
        DataFormat.Classification => new ClassificationExample(Text(record, "text"), Label(record), Fields(record, "text", "text_pair")) { Pair = record.FindText("text_pair") },
        DataFormat.Tokens => Tagged(record),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "the format must be known"),
    };

    private static string Text(IDataRecord record, string field) => record.FindText(field) ?? throw Missing(record, field);

    // Several labels stand in a list, which is kept as text between commas.
    private static string Label(IDataRecord record)
    {
        if (record.FindScalar("label") is { } scalar)
        {
            return scalar;
        }

        var field = record.FieldNames.Contains("labels") ? "labels" : "label";
        return record.FindScalar(field) ?? string.Join(',', Scalars(record.FindList(field) ?? throw Missing(record, "label"), $"{record.Where}: {field}"));
    }

    private static TokensExample Tagged(IDataRecord record)
    {
        string[] known = ["tags", "ner_tags", "pos_tags", "labels"];
        var field = known.FirstOrDefault(record.FieldNames.Contains) ?? known[0];
        var tokens = Scalars(record.FindList("tokens") ?? throw Missing(record, "tokens"), $"{record.Where}: tokens");
        var tags = Scalars(record.FindList("tags") ?? record.FindList(field) ?? throw Missing(record, field), $"{record.Where}: {field}");
        return tokens.Length == tags.Length && tokens.Length > 0
            ? new TokensExample(tokens, tags, NoFields)
            : throw new InputException($"{record.Where}: {tokens.Length} tokens and {tags.Length} tags, expected as many of both and at least one");
    }

    private static string[] Scalars(JsonElement list, string where) => [.. list.EnumerateArray().Select((item, index) => item.ValueKind switch
    {
        JsonValueKind.String => JsonRecord.TextOf(item, $"{where}[{index}]"),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => item.GetRawText(),
        _ => throw new InputException($"{where}[{index}] is {JsonRecord.KindOf(item)}, expected a text or a number"),
    })];

    private static InputException Missing(IDataRecord record, string field) =>
        new($"{record.Where}: {(record.FieldNames.Contains(field) ? $"field '{field}' is empty (null)" : $"no field '{field}'")}; the record has {Names(record)}");

    private static string Names(IDataRecord record) => record.FieldNames.Any() ? string.Join(", ", record.FieldNames.Take(12)) : "no fields";

    private static IReadOnlyDictionary<string, string> Fields(IDataRecord record, params ReadOnlySpan<string> content)
    {
        Dictionary<string, string>? fields = null;
        foreach (var name in record.FieldNames)
        {
            if (!content.Contains(name) && record.FindScalar(name) is { Length: <= MaxFieldLength } value)
            {
                (fields ??= new(StringComparer.Ordinal))[name] = value;
            }
        }

        return fields ?? NoFields;
    }

    private static List<ChatMessage> Conversation(IDataRecord record, string list, string roleField, string textField)
    {
        var turns = record.FindList(list) ?? throw Missing(record, list);
        var messages = new List<ChatMessage>();
        foreach (var turn in turns.EnumerateArray())
        {
            var where = $"{record.Where}: {list}[{messages.Count}]";
            messages.Add(new ChatMessage(Role(Member(turn, roleField, where), where), Member(turn, textField, where)));
        }

        return messages.Count > 0 ? messages : throw new InputException($"{record.Where}: field '{list}' is empty");
    }

    private static string Member(JsonElement turn, string field, string where)
    {
        if (turn.ValueKind != JsonValueKind.Object || !turn.TryGetProperty(field, out var value))
        {
            throw new InputException($"{where}: no field '{field}'");
        }

        return value.ValueKind == JsonValueKind.String
            ? JsonRecord.TextOf(value, $"{where}.{field}")
            : throw new InputException($"{where}.{field} is {JsonRecord.KindOf(value)}, expected a text");
    }

    private static ChatRole Role(string name, string where) => name switch
    {
        "system" or "developer" => ChatRole.System,
        "user" or "human" => ChatRole.User,
        "assistant" or "gpt" or "chatgpt" or "model" or "function_call" => ChatRole.Assistant,
        "tool" or "function" or "observation" => ChatRole.Tool,
        _ => throw new InputException($"{where}: unknown speaker '{name}'; expected system, user (human), assistant (gpt) or tool (observation)"),
    };
}
