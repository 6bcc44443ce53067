using Tributary.Numerics;

namespace Tributary.Learning.Data.Templates;

/// <summary>The templates of a data set, one for each kind of example.</summary>
/// <param name="Prompt">For instructions.</param>
/// <param name="Chat">For dialogues.</param>
/// <param name="Classification">For classes said as text.</param>
/// <param name="Labels">The classes by name; null says labels as the file writes them.</param>
public sealed record SampleTemplates(PromptTemplate Prompt, ChatTemplate Chat, ClassificationTemplate Classification, LabelSet? Labels = null)
{
    /// <summary>The customary templates of a format.</summary>
    public static SampleTemplates For(DataFormat format) =>
        new(format == DataFormat.Dolly ? PromptTemplate.Dolly : PromptTemplate.Alpaca, ChatTemplate.Plain, new ClassificationTemplate());

    /// <summary>The example as spans of text, those that are learned marked.</summary>
    public IReadOnlyList<TextSpan> Render(Example example) => example switch
    {
        InstructionExample instruction => [new(Prompt.Render(instruction), Learned: false), new(instruction.Response, Learned: true)],
        ConversationExample conversation => Chat.Render(conversation.Messages),
        ClassificationExample item => Classification.Render(item.Pair is null ? item.Text : $"{item.Text} {item.Pair}", Labels?.Names[Labels.IdOf(item.Label)] ?? item.Label),
        TextExample text => [new(text.Text, Learned: true)],
        TokensExample => throw new InputException("words with tags train a model that classifies tokens (architecture …ForTokenClassification); this one writes text"),
        _ => throw new ArgumentOutOfRangeException(nameof(example), example.GetType(), "unknown kind of example"),
    };
}
