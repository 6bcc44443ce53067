using Tributary.Numerics;

namespace Tributary.Learning.Data.Templates;

/// <summary>How turns of a dialogue are written: one text per speaker, each with <c>{content}</c>.</summary>
/// <param name="System">Standing orders.</param>
/// <param name="User">The person.</param>
/// <param name="Assistant">The model: content and what follows it are learned, what comes before is prompt.</param>
/// <param name="Tool">What a tool returned.</param>
public sealed record ChatTemplate(string System, string User, string Assistant, string Tool)
{
    private const string Content = "content";

    /// <summary>Names and line ends, for models without turn tokens.</summary>
    public static ChatTemplate Plain { get; } = new("System: {content}\n", "User: {content}\n", "Assistant: {content}\n", "Tool: {content}\n");

    /// <summary>ChatML: turn tokens around every message.</summary>
    public static ChatTemplate ChatMl { get; } = new(ChatMlTurn("system"), ChatMlTurn("user"), ChatMlTurn("assistant"), ChatMlTurn("tool"));

    /// <inheritdoc cref="ChatTemplate" path="/param[@name='System']"/>
    public string System { get; init => field = Check(value, "system"); } = Check(System, "system");

    /// <inheritdoc cref="ChatTemplate" path="/param[@name='User']"/>
    public string User { get; init => field = Check(value, "user"); } = Check(User, "user");

    /// <inheritdoc cref="ChatTemplate" path="/param[@name='Assistant']"/>
    public string Assistant { get; init => field = Check(value, "assistant"); } = Check(Assistant, "assistant");

    /// <inheritdoc cref="ChatTemplate" path="/param[@name='Tool']"/>
    public string Tool { get; init => field = Check(value, "tool"); } = Check(Tool, "tool");

    /// <summary>The template of that name: <c>plain</c> or <c>chatml</c>.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ChatTemplate Named(string name) => name switch
    {
        "plain" => Plain,
        "chatml" => ChatMl,
        _ => throw new InputException($"unknown chat template '{name}'; expected plain, chatml, or the texts system, user, assistant and tool"),
    };

    /// <summary>The dialogue as spans of text, those that are learned marked.</summary>
    public IReadOnlyList<TextSpan> Render(IReadOnlyList<ChatMessage> messages)
    {
        var spans = new List<TextSpan>(messages.Count + 1);
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.Assistant)
            {
                spans.Add(new TextSpan(BeforeAnswer, Learned: false));
                spans.Add(new TextSpan(message.Content + Assistant[(BeforeAnswer.Length + "{content}".Length)..], Learned: true));
            }
            else
            {
                spans.Add(new TextSpan(PlaceholderText.Render(Of(message.Role), (Content, message.Content)), Learned: false));
            }
        }

        return spans;
    }

    /// <summary>The text after which the model is to answer.</summary>
    public string Prompt(IReadOnlyList<ChatMessage> messages) => string.Concat(Render(messages).Select(span => span.Text)) + BeforeAnswer;

    private string BeforeAnswer => Assistant[..Assistant.IndexOf("{content}", StringComparison.Ordinal)];

    private static string ChatMlTurn(string role) => $"<|im_start|>{role}\n{{content}}<|im_end|>\n";

    private static string Check(string template, string role) => PlaceholderText.Require(template, $"chat template for {role}", Content);

    private string Of(ChatRole role) => role switch
    {
        ChatRole.System => System,
        ChatRole.User => User,
        ChatRole.Assistant => Assistant,
        _ => Tool,
    };
}
