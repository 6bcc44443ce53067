using Tributary.Learning.Generation;

namespace Tributary.Cli.Documents;

/// <summary>The document of <c>generate --json</c>; the loss is that of the prompt in nats per token, null for a single token.</summary>
internal sealed record GenerateDocument(
    string Prompt, string Text, string Continuation, IReadOnlyList<int> InputIds, IReadOnlyList<int> NewIds, double? PromptLoss, string KernelSet)
{
    /// <summary>The document of a generated text.</summary>
    public static GenerateDocument Of(GeneratedText text, string kernelSet) =>
        new(text.Prompt, text.Text, text.Continuation, text.InputIds, text.NewIds, text.PromptLoss, kernelSet);
}
