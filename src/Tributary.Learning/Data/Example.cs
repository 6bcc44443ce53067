namespace Tributary.Learning.Data;

/// <summary>
/// One row of a data set, before tokens: <see cref="InstructionExample"/>, <see cref="ConversationExample"/>, <see cref="TextExample"/> or
/// <see cref="ClassificationExample"/>.
/// </summary>
/// <param name="Fields">Short values of the row that are not trained on (a category, a label), by name: what partitioners go by.</param>
public abstract record Example(IReadOnlyDictionary<string, string> Fields);

/// <summary>An instruction with optional context and the response to learn.</summary>
public sealed record InstructionExample(string Instruction, string Context, string Response, IReadOnlyDictionary<string, string> Fields) : Example(Fields);

/// <summary>A dialogue; what the assistant says is learned.</summary>
public sealed record ConversationExample(IReadOnlyList<ChatMessage> Messages, IReadOnlyDictionary<string, string> Fields) : Example(Fields);

/// <summary>A piece of running text, with its own line ends.</summary>
public sealed record TextExample(string Text, IReadOnlyDictionary<string, string> Fields) : Example(Fields);

/// <summary>A text and its class, as the file writes it (see <see cref="LabelSet"/>).</summary>
public sealed record ClassificationExample(string Text, string Label, IReadOnlyDictionary<string, string> Fields) : Example(Fields);
