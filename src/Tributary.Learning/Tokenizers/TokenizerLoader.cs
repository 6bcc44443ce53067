using Tributary.Learning.Tokenizers.Files;
using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.SentencePiece;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers;

/// <summary>Reads tokenizers from the files of a model folder. Bad files are refused with an <see cref="InputException"/> that names the place.</summary>
public static class TokenizerLoader
{
    private const int T5Sentinels = 100;
    private const int MaxSentinels = 100_000;

    /// <summary>Reads what the folder holds: tokenizer.json, else tokenizer.model or spiece.model, else vocab.json with merges.txt, else vocab.txt.</summary>
    /// <exception cref="InputException">There is no tokenizer, or it is broken or of a kind not supported.</exception>
    public static ITokenizer Load(string modelFolder)
    {
        var beside = new SpecialTokenFiles(modelFolder);
        string At(string name) => Path.Combine(modelFolder, name);
        return File.Exists(At("tokenizer.json")) ? TokenizerJson.Load(At("tokenizer.json"), beside)
            : File.Exists(At("tokenizer.model")) ? LoadModel(At("tokenizer.model"), beside)
            : File.Exists(At("spiece.model")) ? LoadModel(At("spiece.model"), beside)
            : File.Exists(At("vocab.json")) && File.Exists(At("merges.txt"))
                ? ByteLevelFiles.Load(At("vocab.json"), At("merges.txt"), FamilyOf(modelFolder, beside), beside.Flag("add_prefix_space", false), beside)
            : File.Exists(At("vocab.txt")) ? LoadBert(At("vocab.txt"), modelFolder, beside)
            : throw new InputException($"{modelFolder}: no tokenizer found; expected tokenizer.json, tokenizer.model, spiece.model, vocab.json with merges.txt, or vocab.txt");
    }

    /// <summary>Reads one tokenizer.json by itself.</summary>
    public static ITokenizer LoadTokenizerJson(string file) => TokenizerJson.Load(file, null);

    /// <summary>Reads a SentencePiece model file by itself, with the library's behaviour: no special token is recognised or added.</summary>
    public static ITokenizer LoadSentencePiece(string file) => SentencePieceFiles.Load(file);

    /// <summary>Reads a SentencePiece model file as LLaMA 1 and 2 use it; <paramref name="legacy"/> is the older treatment of spaces beside special tokens.</summary>
    public static ITokenizer LoadLlama(string file, bool legacy = true) => SentencePieceFiles.LoadLlama(file, new StretchRules(legacy), null);

    /// <summary>Reads a SentencePiece model file as Gemma uses it.</summary>
    public static ITokenizer LoadGemma(string file) => SentencePieceFiles.LoadGemma(file, null);

    /// <summary>Reads a SentencePiece model file as T5 uses it, with as many sentinels <c>&lt;extra_id_N&gt;</c> behind its pieces.</summary>
    public static ITokenizer LoadT5(string file, int sentinels = T5Sentinels, bool legacy = true) => SentencePieceFiles.LoadT5(file, new StretchRules(legacy), sentinels, null);

    /// <summary>Reads the base64 ranks of Llama 3 (tiktoken's form), with its special tokens behind them.</summary>
    public static ITokenizer LoadLlama3(string file) => RankFiles.Load(file, null);

    /// <summary>Reads a GPT-2 tokenizer; <paramref name="addPrefixSpace"/> puts a space before every text, so that its first word is like any other.</summary>
    public static ITokenizer LoadGpt2(string vocabularyFile, string mergesFile, bool addPrefixSpace = false) =>
        ByteLevelFiles.Load(vocabularyFile, mergesFile, ByteLevelFamily.Gpt2, addPrefixSpace, null);

    /// <summary>Reads a RoBERTa tokenizer.</summary>
    public static ITokenizer LoadRoberta(string vocabularyFile, string mergesFile, bool addPrefixSpace = false) =>
        ByteLevelFiles.Load(vocabularyFile, mergesFile, ByteLevelFamily.Roberta, addPrefixSpace, null);

    /// <summary>Reads a BERT tokenizer; <paramref name="lowercase"/> also drops accents, as uncased models do.</summary>
    public static ITokenizer LoadBert(string vocabularyFile, bool lowercase = true) => BertFiles.Load(vocabularyFile, new BertCleaning(Lowercase: lowercase), null);

    private static ITokenizer LoadModel(string file, SpecialTokenFiles beside)
    {
        var rules = new StretchRules(beside.Flag("legacy", true), beside.Flag("add_prefix_space", true));
        return beside.Kind switch
        {
            _ when RankFiles.Claims(file) => RankFiles.Load(file, beside),
            "gemma" or "gemma2" or "GemmaTokenizer" or "GemmaTokenizerFast" => SentencePieceFiles.LoadGemma(file, beside),
            "t5" or "mt5" or "umt5" or "longt5" or "T5Tokenizer" or "T5TokenizerFast" => SentencePieceFiles.LoadT5(file, rules, beside.Count("extra_ids", T5Sentinels, MaxSentinels), beside),
            null when Path.GetFileName(file) == "spiece.model" => SentencePieceFiles.LoadT5(file, rules, T5Sentinels, beside),
            null or "llama" or "mistral" or "LlamaTokenizer" or "LlamaTokenizerFast" => SentencePieceFiles.LoadLlama(file, rules, beside),
            var other => throw new InputException($"{file}: the SentencePiece model of '{other}' is not supported; those of LLaMA, Mistral, Gemma and T5 are, or give its tokenizer.json"),
        };
    }

    private static ITokenizer LoadBert(string file, string folder, SpecialTokenFiles beside) => beside.Kind switch
    {
        null or "bert" or "distilbert" or "mobilebert" or "electra" or "BertTokenizer" or "BertTokenizerFast" or "DistilBertTokenizer" or "DistilBertTokenizerFast"
            or "MobileBertTokenizer" or "MobileBertTokenizerFast" or "ElectraTokenizer" or "ElectraTokenizerFast" => BertFiles.Load(file, BertFiles.Cleaning(beside, new BertCleaning()), beside),
        var other => throw new InputException($"{folder}: the vocab.txt of '{other}' is not supported; BERT's, DistilBERT's, MobileBERT's and ELECTRA's are, or give its tokenizer.json"),
    };

    private static ByteLevelFamily FamilyOf(string folder, SpecialTokenFiles beside) => beside.Kind switch
    {
        null or "gpt2" or "opt" or "GPT2Tokenizer" or "GPT2TokenizerFast" => ByteLevelFamily.Gpt2,
        "roberta" or "bart" or "RobertaTokenizer" or "RobertaTokenizerFast" or "BartTokenizer" or "BartTokenizerFast" => ByteLevelFamily.Roberta,
        "qwen2" or "Qwen2Tokenizer" or "Qwen2TokenizerFast" => ByteLevelFamily.Qwen2,
        var other => throw new InputException($"{folder}: vocab.json and merges.txt of '{other}' are not supported; those of GPT-2, RoBERTa and Qwen 2 are, or give its tokenizer.json"),
    };
}
