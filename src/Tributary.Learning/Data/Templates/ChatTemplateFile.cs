using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tributary.Learning.Tokenizers.Files;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Templates;

/// <summary>The chat template that a model folder names, if it is one of the published ones; their programs are not run but known by their hashes.</summary>
public static class ChatTemplateFile
{
    private const long MaxBytes = 1 << 20;

    // SHA-256 of a program with written line ends (\n) read as line ends and no white space around it, and what it writes for the tokens that begin and end a text.
    private static readonly Dictionary<string, Func<string, string, ChatTemplate>> Known = new(StringComparer.Ordinal)
    {
        ["153280e3ff55d19da1398bdb3914ee2a51b80429bfaedde11d7d216c39db80f3"] = (_, _) => ChatTemplates.ChatMl,
        ["793202280c0910ab26bc6eb57c8212c2417324c6d8c4efd0d10d59092ab3e3eb"] = (_, _) => ChatTemplates.Qwen2,
        ["a18cc698dd45623eb707279d08e66f7bb8d76afc89ead84016b88487b395b5cc"] = (_, _) => ChatTemplates.Qwen25,
        ["b48c47f6443892716176eb200bf4ef108f64e06ca26ed0fa8ebc0a4b3992fcb2"] = (bos, _) => ChatTemplates.Llama3(bos), // always asks for an answer
        ["ba03a121d097859c7b5b9cd03af99aafe95275210d2876f642ad9929a150f122"] = (bos, _) => ChatTemplates.Llama3(bos),
        ["9780fae5bfea3cfd7be37d328c6edfd296a8869be8131495bbe7eb37e780c88c"] = ChatTemplates.Llama2,
        ["26a59556925c987317ce5291811ba3b7f32ec4c647c400c6cc7e3a9993007ba7"] = (bos, eos) => ChatTemplates.Mistral(bos, eos),
        ["7e995b379ec01747807246483647cd99030abf331653f1119e16d7ac041a3495"] = (bos, eos) => ChatTemplates.Mistral(bos, eos, after: " "),
        ["1c6594f8393552ef16bbf3ddecb67d8258fb8d66339a1a092a8f8496061f02d3"] = ChatTemplates.MistralWithOrders,
        ["ecd6ae513fe103f0eb62e8ab5bfa8d0fe45c1074fa398b089c93a7e70c15cfd6"] = (bos, _) => ChatTemplates.Gemma(bos),
        ["3919b9309d8949ee8f4b710215987700f87dc5bb0e87bf24dd39189ec65e3eec"] = (_, _) => ChatTemplates.Gemma(string.Empty),
        ["66291cf0045c2425a3a667cf3cbb7af2b11f09e025c02f97245323ab79119362"] = (_, eos) => ChatTemplates.Zephyr(eos),
    };

    /// <summary>The template of a model folder (chat_template.jinja, or chat_template in tokenizer_config.json), or null when it names none.</summary>
    /// <exception cref="InputException">The folder's template is not one of those known.</exception>
    public static ChatTemplate? Find(string modelFolder)
    {
        var config = JsonPlace.ReadIfThere(Path.Combine(modelFolder, "tokenizer_config.json"));
        var program = ProgramOf(modelFolder, config);
        if (program is null)
        {
            return null;
        }

        return Known.TryGetValue(Hash(program), out var template)
            ? template(Token(config, "bos_token") ?? string.Empty, Token(config, "eos_token") ?? string.Empty)
            : throw new InputException(
                $"{modelFolder}: its chat_template is not one of the published ones that are known; name one in the experiment (data.chat_template: {string.Join(", ", ChatTemplates.Names)}, or its texts)");
    }

    private static string? ProgramOf(string folder, JsonPlace? config)
    {
        var file = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(file))
        {
            return ReadProgram(file);
        }

        if (config?.Find("chat_template") is not { } place)
        {
            return null;
        }

        // Some models name several templates: the one called default is for dialogues.
        return place.Element.ValueKind == JsonValueKind.Array
            ? place.Items().FirstOrDefault(t => t.Require("name").Text() == "default").Find("template")?.Text()
                ?? throw place.Complaint("none of its templates is called default; name a chat template in the experiment (data.chat_template)")
            : place.Text();
    }

    private static string ReadProgram(string file)
    {
        try
        {
            return FileLength.OfFilled(file) <= MaxBytes ? File.ReadAllText(file) : throw new InputException($"{file}: larger than {MaxBytes >> 10} KB, which no chat template is");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {file}: {error.Message}", error);
        }
    }

    private static string? Token(JsonPlace? config, string role) => config?.Find(role) is { } named ? (named.Find("content") ?? named).Text() : null;

    private static string Hash(string program) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(program.ReplaceLineEndings("\n").Replace("\\n", "\n", StringComparison.Ordinal).Trim())));
}
