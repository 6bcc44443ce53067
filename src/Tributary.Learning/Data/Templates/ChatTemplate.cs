using Tributary.Numerics;

namespace Tributary.Learning.Data.Templates;

/// <summary>How turns of a dialogue are written: one text per speaker, each with <c>{content}</c>.</summary>
/// <param name="System">Standing orders; null when they have no turn of their own.</param>
/// <param name="User">The person.</param>
/// <param name="Assistant">The model: what follows <see cref="AnswerHeader"/> is learned.</param>
/// <param name="Tool">What a tool returned; null when there is no place for it.</param>
public sealed record ChatTemplate(string? System, string User, string Assistant, string? Tool)
{
    private const string Content = "content";
    private const string Orders = "system";

    /// <summary>Names and line ends, for models without turn tokens.</summary>
    public static ChatTemplate Plain { get; } = new("System: {content}\n", "User: {content}\n", "Assistant: {content}\n", "Tool: {content}\n");

    /// <inheritdoc cref="ChatTemplate" path="/param[@name='System']"/>
    public string? System { get; init => field = CheckIfThere(value, "system"); } = CheckIfThere(System, "system");

    /// <inheritdoc cref="ChatTemplate" path="/param[@name='User']"/>
    public string User { get; init => field = Check(value, "user"); } = Check(User, "user");

    /// <inheritdoc cref="ChatTemplate" path="/param[@name='Assistant']"/>
    public string Assistant { get; init => field = Check(value, "assistant"); } = Check(Assistant, "assistant");

    /// <inheritdoc cref="ChatTemplate" path="/param[@name='Tool']"/>
    public string? Tool { get; init => field = CheckIfThere(value, "tool"); } = CheckIfThere(Tool, "tool");

    /// <summary>What stands before the first turn.</summary>
    public string Begin { get; init; } = string.Empty;

    /// <summary>What asks the model to answer: the beginning of <see cref="Assistant"/> that it does not write itself. Null is all before the content.</summary>
    public string? AnswerHeader { get; init; }

    /// <summary>The first turn of the person when standing orders belong into it, with <c>{system}</c> and <c>{content}</c>.</summary>
    public string? FirstUser { get; init => field = value is null ? null : PlaceholderText.Require(value, "chat template for the first user turn", Content, Orders); }

    /// <summary>The orders of a dialogue that has none of its own.</summary>
    public string? DefaultSystem { get; init; }

    /// <summary>What stands between neighbouring results of tools, which then share a turn.</summary>
    public string? ToolSeparator { get; init; }

    /// <summary>White space at the ends of a content is dropped.</summary>
    public bool TrimsContent { get; init; }

    /// <summary>After the orders, the person and the model speak in turns; anything else is refused.</summary>
    public bool Alternates { get; init; }

    /// <summary>The template writes the tokens that begin and end a text itself: none are put around it.</summary>
    public bool WritesSpecialTokens { get; init; }

    /// <summary>The dialogue as spans of text, those that are learned marked.</summary>
    /// <exception cref="InputException">The template has no place for a turn, or the turns are not in its order.</exception>
    public IReadOnlyList<TextSpan> Render(IReadOnlyList<ChatMessage> messages)
    {
        RequireOrder(messages);
        var spans = new List<TextSpan>(messages.Count + 2);
        Prompted(Begin);
        if (DefaultSystem is not null && messages is not [{ Role: ChatRole.System }, ..])
        {
            Prompted(Turn(System, DefaultSystem, ChatRole.System));
        }

        var orders = FirstUser is not null && messages is [{ Role: ChatRole.System } first, ..] ? first.Content : null;
        for (var i = orders is null ? 0 : 1; i < messages.Count; i++)
        {
            switch (messages[i].Role)
            {
                case ChatRole.System:
                    Prompted(Turn(System, messages[i].Content, ChatRole.System));
                    break;
                case ChatRole.User when orders is not null:
                    Prompted(PlaceholderText.Render(FirstUser!, (Orders, orders), (Content, TrimsContent ? messages[i].Content.TrimEnd() : messages[i].Content)));
                    orders = null;
                    break;
                case ChatRole.User:
                    Prompted(Turn(User, messages[i].Content, ChatRole.User));
                    break;
                case ChatRole.Tool:
                    Prompted(Turn(Tool, Results(messages, ref i), ChatRole.Tool));
                    break;
                default:
                    Prompted(Header);
                    spans.Add(new TextSpan(Turn(Assistant[Header.Length..], messages[i].Content, ChatRole.Assistant), Learned: true));
                    break;
            }
        }

        return spans;

        void Prompted(string text)
        {
            if (text.Length > 0)
            {
                spans.Add(new TextSpan(text, Learned: false));
            }
        }
    }

    /// <summary>The text after which the model is to answer.</summary>
    public string Prompt(IReadOnlyList<ChatMessage> messages) => string.Concat(Render(messages).Select(span => span.Text)) + Header;

    private string Header => AnswerHeader ?? Assistant[..Assistant.IndexOf("{content}", StringComparison.Ordinal)];

    private string Results(IReadOnlyList<ChatMessage> messages, ref int at)
    {
        var result = messages[at].Content;
        while (ToolSeparator is not null && at + 1 < messages.Count && messages[at + 1].Role == ChatRole.Tool)
        {
            result += ToolSeparator + messages[++at].Content;
        }

        return result;
    }

    private string Turn(string? template, string content, ChatRole role) => PlaceholderText.Render(
        template ?? throw new InputException($"the chat template has no place for a turn of the {role.ToString().ToLowerInvariant()} here; leave it out or choose another template"),
        (Content, TrimsContent ? content.Trim() : content));

    private void RequireOrder(IReadOnlyList<ChatMessage> messages)
    {
        var start = FirstUser is not null && messages is [{ Role: ChatRole.System }, ..] ? 1 : 0;
        for (var i = start; Alternates && i < messages.Count; i++)
        {
            var expected = (i - start) % 2 == 0 ? ChatRole.User : ChatRole.Assistant;
            if (messages[i].Role != expected)
            {
                var place = start == 0 && messages[i].Role == ChatRole.System ? "; it has no place for standing orders" : string.Empty;
                throw new InputException(
                    $"turn {i + 1} is the {messages[i].Role.ToString().ToLowerInvariant()}'s; this chat template wants user and assistant in turns{place}; mend the data or choose another template");
            }
        }
    }

    private static string Check(string template, string role) => PlaceholderText.Require(template, $"chat template for {role}", Content);

    private static string? CheckIfThere(string? template, string role) => template is null ? null : Check(template, role);
}
