using Tributary.Learning.Tokenizers.Files;
using Tributary.Learning.Tokenizers.SentencePiece;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers;

/// <summary>Reads tokenizers from the files of a model folder. Bad files are refused with an <see cref="InputException"/> that names the place.</summary>
public static class TokenizerLoader
{
    /// <summary>Reads what the folder holds: tokenizer.json, else tokenizer.model, else vocab.json with merges.txt.</summary>
    /// <exception cref="InputException">There is no tokenizer, or it is broken or of a kind not supported.</exception>
    public static ITokenizer Load(string modelFolder)
    {
        var beside = new SpecialTokenFiles(modelFolder);
        string At(string name) => Path.Combine(modelFolder, name);
        return File.Exists(At("tokenizer.json")) ? TokenizerJson.Load(At("tokenizer.json"), beside)
            : File.Exists(At("tokenizer.model")) ? LoadLlama(At("tokenizer.model"), modelFolder, beside)
            : File.Exists(At("vocab.json")) && File.Exists(At("merges.txt"))
                ? ByteLevelFiles.Load(At("vocab.json"), At("merges.txt"), FamilyOf(modelFolder, beside), beside.Flag("add_prefix_space", false), beside)
            : throw new InputException($"{modelFolder}: no tokenizer found; expected tokenizer.json, tokenizer.model, or vocab.json with merges.txt");
    }

    /// <summary>Reads one tokenizer.json by itself.</summary>
    public static ITokenizer LoadTokenizerJson(string file) => TokenizerJson.Load(file, null);

    /// <summary>Reads a SentencePiece model file by itself, with the library's behaviour: no special token is recognised or added.</summary>
    public static ITokenizer LoadSentencePiece(string file) => SentencePieceFiles.Load(file);

    /// <summary>Reads a SentencePiece model file as LLaMA 1 and 2 use it; <paramref name="legacy"/> is the older treatment of spaces beside special tokens.</summary>
    public static ITokenizer LoadLlama(string file, bool legacy = true) => SentencePieceFiles.LoadLlama(file, new LlamaSettings(legacy), null);

    /// <summary>Reads a GPT-2 tokenizer; <paramref name="addPrefixSpace"/> puts a space before every text, so that its first word is like any other.</summary>
    public static ITokenizer LoadGpt2(string vocabularyFile, string mergesFile, bool addPrefixSpace = false) =>
        ByteLevelFiles.Load(vocabularyFile, mergesFile, ByteLevelFamily.Gpt2, addPrefixSpace, null);

    /// <summary>Reads a RoBERTa tokenizer.</summary>
    public static ITokenizer LoadRoberta(string vocabularyFile, string mergesFile, bool addPrefixSpace = false) =>
        ByteLevelFiles.Load(vocabularyFile, mergesFile, ByteLevelFamily.Roberta, addPrefixSpace, null);

    private static ITokenizer LoadLlama(string file, string folder, SpecialTokenFiles beside) =>
        beside.TokenizerClass is null or "LlamaTokenizer" or "LlamaTokenizerFast"
            ? SentencePieceFiles.LoadLlama(file, SentencePieceFiles.Settings(beside), beside)
            : throw new InputException($"{folder}: the tokenizer.model of a {beside.TokenizerClass} is not supported; LLaMA's is, or give its tokenizer.json");

    private static ByteLevelFamily FamilyOf(string folder, SpecialTokenFiles beside) =>
        (beside.TokenizerClass ?? beside.ModelConfig?.Find("model_type")?.Text()) switch
        {
            null or "gpt2" or "GPT2Tokenizer" or "GPT2TokenizerFast" => ByteLevelFamily.Gpt2,
            "roberta" or "RobertaTokenizer" or "RobertaTokenizerFast" => ByteLevelFamily.Roberta,
            var other => throw new InputException($"{folder}: vocab.json and merges.txt of '{other}' are not supported; GPT-2's and RoBERTa's are, or give its tokenizer.json"),
        };
}
