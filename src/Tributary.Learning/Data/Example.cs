namespace Tributary.Learning.Data;

/// <summary>
/// One row of a data set, before tokens: <see cref="InstructionExample"/>, <see cref="ConversationExample"/>, <see cref="TextExample"/>,
/// <see cref="ClassificationExample"/> or <see cref="TokensExample"/>.
/// </summary>
/// <param name="Fields">Short values of the row that are not trained on (a category, a label), by name: what partitioners go by.</param>
public abstract record Example(IReadOnlyDictionary<string, string> Fields);

/// <summary>An instruction with optional context and the response to learn.</summary>
public sealed record InstructionExample(string Instruction, string Context, string Response, IReadOnlyDictionary<string, string> Fields) : Example(Fields);

/// <summary>A dialogue; what the assistant says is learned.</summary>
public sealed record ConversationExample(IReadOnlyList<ChatMessage> Messages, IReadOnlyDictionary<string, string> Fields) : Example(Fields);

/// <summary>A piece of running text, with its own line ends.</summary>
public sealed record TextExample(string Text, IReadOnlyDictionary<string, string> Fields) : Example(Fields);

/// <summary>A text, or a pair of them, and its label as the file writes it: a class (see <see cref="LabelSet"/>), several of them between commas, or a number.</summary>
public sealed record ClassificationExample(string Text, string Label, IReadOnlyDictionary<string, string> Fields) : Example(Fields)
{
    /// <summary>The second text of a pair.</summary>
    public string? Pair { get; init; }
}

/// <summary>Words and the tag of each, as the file writes them; equally many of both.</summary>
public sealed record TokensExample(IReadOnlyList<string> Tokens, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Fields) : Example(Fields);
