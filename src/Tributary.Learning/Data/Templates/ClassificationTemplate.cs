namespace Tributary.Learning.Data.Templates;

/// <summary>Classification as text: what stands before the label, with <c>{text}</c>, and how the label is said, with <c>{label}</c>.</summary>
public sealed record ClassificationTemplate(string Prompt = "{text}\nLabel:", string Answer = " {label}")
{
    /// <summary>What stands before the label.</summary>
    public string Prompt { get; init => field = CheckPrompt(value); } = CheckPrompt(Prompt);

    /// <summary>How the label is said.</summary>
    public string Answer { get; init => field = CheckAnswer(value); } = CheckAnswer(Answer);

    /// <summary>Prompt and answer for a text and the name of its class.</summary>
    public IReadOnlyList<TextSpan> Render(string text, string label) =>
        [new(PlaceholderText.Render(Prompt, ("text", text)), Learned: false), new(PlaceholderText.Render(Answer, ("label", label)), Learned: true)];

    private static string CheckPrompt(string template) => PlaceholderText.Require(template, "classification prompt", "text");

    private static string CheckAnswer(string template) => PlaceholderText.Require(template, "classification answer", "label");
}
