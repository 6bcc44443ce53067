using Tributary.Numerics;

namespace Tributary.Learning.Data.Templates;

/// <summary>What stands before a response: texts with <c>{instruction}</c> and <c>{context}</c>.</summary>
/// <param name="WithContext">For rows with a context (Alpaca calls it input).</param>
/// <param name="WithoutContext">For rows without.</param>
public sealed record PromptTemplate(string WithContext, string WithoutContext)
{
    private const string Task = "Below is an instruction that describes a task";
    private const string Request = "Write a response that appropriately completes the request.\n\n### Instruction:\n{instruction}\n\n";

    /// <summary>The template of Stanford Alpaca (Taori et al. 2023).</summary>
    public static PromptTemplate Alpaca { get; } = new(
        $"{Task}, paired with an input that provides further context. {Request}### Input:\n{{context}}\n\n### Response:\n",
        $"{Task}. {Request}### Response:\n");

    /// <summary>The template of Dolly 2 (Conover et al. 2023).</summary>
    public static PromptTemplate Dolly { get; } = new($"{Task}. {Request}Input:\n{{context}}\n\n### Response:\n", $"{Task}. {Request}### Response:\n");

    /// <summary>No words around the row: for small contexts.</summary>
    public static PromptTemplate Plain { get; } = new("{instruction}\n{context}\n", "{instruction}\n");

    /// <inheritdoc cref="PromptTemplate" path="/param[@name='WithContext']"/>
    public string WithContext { get; init => field = CheckWith(value); } = CheckWith(WithContext);

    /// <inheritdoc cref="PromptTemplate" path="/param[@name='WithoutContext']"/>
    public string WithoutContext { get; init => field = CheckWithout(value); } = CheckWithout(WithoutContext);

    /// <summary>The template of that name: <c>alpaca</c>, <c>dolly</c> or <c>plain</c>.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static PromptTemplate Named(string name) => name switch
    {
        "alpaca" => Alpaca,
        "dolly" => Dolly,
        "plain" => Plain,
        _ => throw new InputException($"unknown prompt template '{name}'; expected alpaca, dolly, plain, or the texts with_context and without_context"),
    };

    /// <summary>The prompt of a row.</summary>
    public string Render(InstructionExample example) => example.Context.Length == 0
        ? PlaceholderText.Render(WithoutContext, ("instruction", example.Instruction))
        : PlaceholderText.Render(WithContext, ("instruction", example.Instruction), ("context", example.Context));

    private static string CheckWith(string template) => PlaceholderText.Require(template, "prompt template with context", "instruction", "context");

    private static string CheckWithout(string template) => PlaceholderText.Require(template, "prompt template without context", "instruction");
}
