using System.Text.Json;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>What the small files beside a vocabulary say about special tokens: tokenizer_config, special_tokens_map, generation_config and config.</summary>
internal sealed class SpecialTokenFiles
{
    private readonly JsonPlace? tokenizerConfig;
    private readonly JsonPlace? tokensMap;
    private readonly JsonPlace? generationConfig;
    private readonly JsonPlace? addedTokens;

    /// <summary>Reads those of a model folder that exist.</summary>
    public SpecialTokenFiles(string folder)
    {
        tokenizerConfig = JsonPlace.ReadIfThere(Path.Combine(folder, "tokenizer_config.json"));
        tokensMap = JsonPlace.ReadIfThere(Path.Combine(folder, "special_tokens_map.json"));
        generationConfig = JsonPlace.ReadIfThere(Path.Combine(folder, "generation_config.json"));
        addedTokens = JsonPlace.ReadIfThere(Path.Combine(folder, "added_tokens.json"));
        ModelConfig = JsonPlace.ReadIfThere(Path.Combine(folder, "config.json"));
    }

    /// <summary>The model's config.json.</summary>
    public JsonPlace? ModelConfig { get; }

    /// <summary>Name of the tokenizer's class, or null.</summary>
    public string? TokenizerClass => tokenizerConfig?.Find("tokenizer_class")?.Text();

    /// <summary>A setting of tokenizer_config.json.</summary>
    public bool Flag(string name, bool otherwise) => FlagIfThere(name) ?? otherwise;

    /// <summary>A setting of tokenizer_config.json, or null when it says nothing.</summary>
    public bool? FlagIfThere(string name) => tokenizerConfig?.Find(name)?.Flag();

    /// <summary>A number of tokenizer_config.json, at most <paramref name="most"/>.</summary>
    public int Count(string name, int otherwise, int most) =>
        tokenizerConfig?.Find(name) is not { } place ? otherwise : place.Count() <= most ? place.Count() : throw place.Complaint($"at most {most} are allowed");

    /// <summary>The kind of tokenizer: the class that tokenizer_config.json names, else the model type of config.json.</summary>
    public string? Kind => TokenizerClass ?? ModelConfig?.Find("model_type")?.Text();

    /// <summary>The roles named as texts; null where no file names one or the vocabulary lacks it.</summary>
    public SpecialTokens Named(Func<string, int?> idOf) => new(
        Id("bos_token", idOf), Id("eos_token", idOf), Id("pad_token", idOf), Id("unk_token", idOf), Id("cls_token", idOf), Id("sep_token", idOf), Id("mask_token", idOf));

    /// <summary>The roles given as ids by generation_config.json, then config.json. Negative ids mean none.</summary>
    public SpecialTokens ById() => IdsIn(generationConfig).Or(IdsIn(ModelConfig));

    /// <summary>Tokens added to the vocabulary by added_tokens.json and tokenizer_config.json.</summary>
    public IReadOnlyList<AddedToken> Added()
    {
        var decoder = tokenizerConfig?.Find("added_tokens_decoder")?.Properties().Select(p => AddedToken.Read(p.Value, IdOfName(p))) ?? [];
        var tokens = decoder.ToDictionary(t => t.Content, StringComparer.Ordinal);
        foreach (var (name, value) in addedTokens?.Properties() ?? [])
        {
            tokens.TryAdd(name, new AddedToken(name, value.Number(), Special: false));
        }

        return [.. tokens.Values.OrderBy(t => t.Id)];
    }

    private static long IdOfName((string Name, JsonPlace Value) entry) =>
        long.TryParse(entry.Name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id)
            ? id
            : throw entry.Value.Complaint($"'{entry.Name}' is not a token id");

    private int? Id(string role, Func<string, int?> idOf)
    {
        var named = tokenizerConfig?.Find(role) ?? tokensMap?.Find(role);
        return named is null ? null : idOf((named.Value.Find("content") ?? named.Value).Text());
    }

    private static SpecialTokens IdsIn(JsonPlace? file) =>
        new(IdIn(file, "bos_token_id"), IdIn(file, "eos_token_id"), IdIn(file, "pad_token_id"));

    // Some models name several ending tokens: the first is the one to write.
    private static int? IdIn(JsonPlace? file, string name)
    {
        var value = file?.Find(name);
        var first = value is { Element.ValueKind: JsonValueKind.Array } ? value.Value.Items().Select(i => (JsonPlace?)i).FirstOrDefault() : value;
        var id = first?.Number();
        return id is >= 0 and <= int.MaxValue ? (int)id : null;
    }
}
