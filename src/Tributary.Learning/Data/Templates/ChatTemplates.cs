using Tributary.Numerics;

namespace Tributary.Learning.Data.Templates;

/// <summary>The chat templates that published models were trained with, as what they write.</summary>
public static class ChatTemplates
{
    private const string Eos = "</s>";
    private const string Bos = "<s>";

    private static readonly (string Name, ChatTemplate Template)[] All =
    [
        ("plain", ChatTemplate.Plain), ("chatml", ChatMl), ("llama2", Llama2(Bos, Eos)), ("llama3", Llama3("<|begin_of_text|>")), ("mistral", Mistral(Bos, Eos)),
        ("mistral-system", MistralWithOrders(Bos, Eos)), ("qwen2", Qwen2), ("qwen2.5", Qwen25), ("gemma", Gemma("<bos>")), ("zephyr", Zephyr(Eos)),
    ];

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => All.Select(t => t.Name);

    /// <summary>ChatML: turn tokens around every message.</summary>
    public static ChatTemplate ChatMl => new(ChatMlTurn("system"), ChatMlTurn("user"), ChatMlTurn("assistant"), ChatMlTurn("tool")) { WritesSpecialTokens = true };

    /// <summary>Qwen 2: ChatML with standing orders of its own.</summary>
    public static ChatTemplate Qwen2 => ChatMl with { DefaultSystem = "You are a helpful assistant." };

    /// <summary>Qwen 2.5: results of tools come as turns of the person, neighbouring ones in one.</summary>
    public static ChatTemplate Qwen25 => ChatMl with
    {
        DefaultSystem = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.",
        Tool = "<|im_start|>user\n<tool_response>\n{content}\n</tool_response><|im_end|>\n",
        ToolSeparator = "\n</tool_response>\n<tool_response>\n",
    };

    /// <summary>The template of that name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ChatTemplate Named(string name) => All.FirstOrDefault(t => t.Name == name).Template
        ?? throw new InputException($"unknown chat template '{name}'; expected {string.Join(", ", Names)}, or the texts system, user, assistant and tool");

    /// <summary>Llama 3: a header with the role, trimmed content, an end of turn.</summary>
    public static ChatTemplate Llama3(string bos) => new(Llama3Turn("system"), Llama3Turn("user"), Llama3Turn("assistant"), Llama3Turn("tool"))
    {
        Begin = bos,
        TrimsContent = true,
        WritesSpecialTokens = true,
    };

    /// <summary>Llama 2 Chat: instructions in brackets, standing orders within the first.</summary>
    public static ChatTemplate Llama2(string bos, string eos) => new(null, $"{bos}[INST] {{content}} [/INST]", $" {{content}} {eos}", null)
    {
        FirstUser = $"{bos}[INST] <<SYS>>\n{{system}}\n<</SYS>>\n\n{{content}} [/INST]",
        AnswerHeader = string.Empty,
        TrimsContent = true,
        Alternates = true,
        WritesSpecialTokens = true,
    };

    /// <summary>Mistral 7B Instruct as first published: no standing orders; <paramref name="after"/> follows each answer.</summary>
    public static ChatTemplate Mistral(string bos, string eos, string after = "") => new(null, "[INST] {content} [/INST]", $"{{content}}{eos}{after}", null)
    {
        Begin = bos,
        Alternates = true,
        WritesSpecialTokens = true,
    };

    /// <summary>Mistral 7B Instruct as published later: standing orders within the first instruction.</summary>
    public static ChatTemplate MistralWithOrders(string bos, string eos) => new(null, " [INST] {content} [/INST]", $" {{content}}{eos}", null)
    {
        Begin = bos,
        FirstUser = " [INST] {system}\n\n{content} [/INST]",
        AnswerHeader = string.Empty,
        Alternates = true,
        WritesSpecialTokens = true,
    };

    /// <summary>Gemma: the model is called model, contents are trimmed, no standing orders.</summary>
    public static ChatTemplate Gemma(string bos) => new(null, GemmaTurn("user"), GemmaTurn("model"), null)
    {
        Begin = bos,
        TrimsContent = true,
        Alternates = true,
        WritesSpecialTokens = true,
    };

    /// <summary>Zephyr: a role on its line, the end token after every turn.</summary>
    public static ChatTemplate Zephyr(string eos) =>
        new($"<|system|>\n{{content}}{eos}\n", $"<|user|>\n{{content}}{eos}\n", $"<|assistant|>\n{{content}}{eos}\n", null) { WritesSpecialTokens = true };

    private static string ChatMlTurn(string role) => $"<|im_start|>{role}\n{{content}}<|im_end|>\n";

    private static string Llama3Turn(string role) => $"<|start_header_id|>{role}<|end_header_id|>\n\n{{content}}<|eot_id|>";

    private static string GemmaTurn(string role) => $"<start_of_turn>{role}\n{{content}}<end_of_turn>\n";
}
