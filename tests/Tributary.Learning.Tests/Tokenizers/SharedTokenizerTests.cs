using System.Text.Json;
using Tributary.Learning.Tokenizers;

namespace Tributary.Learning.Tests.Tokenizers;

public sealed class SharedTokenizerTests
{
    [SharedDataTheory]
    [InlineData("babyllama-105-tinystories")]
    [InlineData("gpt2-tinystories-char-223k")]
    [InlineData("stories260K-llama")]
    public void Model_folders_encode_their_reference_prompt_and_decode_their_continuation(string model)
    {
        var folder = SharedData.PathOf("models", model);
        var tokenizer = TokenizerLoader.Load(folder);
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
        var ids = Numbers(reference.RootElement.GetProperty("input_ids"));
        tokenizer.Encode(reference.RootElement.GetProperty("prompt").GetString()!, addSpecialTokens: true).ShouldBe(ids);
        int[] all = [.. ids, .. Numbers(reference.RootElement.GetProperty("greedy_new_ids"))];
        tokenizer.Decode(all, skipSpecialTokens: true).ShouldBe(reference.RootElement.GetProperty("greedy_text").GetString());
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        tokenizer.VocabularySize.ShouldBe(config.RootElement.GetProperty("vocab_size").GetInt32());
        (tokenizer.BosId, tokenizer.EosId).ShouldBe((config.RootElement.GetProperty("bos_token_id").GetInt32(), config.RootElement.GetProperty("eos_token_id").GetInt32()));
    }

    [SharedDataTheory]
    [InlineData("babyllama-105-tinystories")]
    [InlineData("stories260K-llama")]
    public void Both_files_of_a_llama_folder_give_the_same_ids(string model)
    {
        var json = TokenizerLoader.LoadTokenizerJson(SharedData.PathOf("models", model, "tokenizer.json"));
        var sentencePiece = TokenizerLoader.LoadLlama(SharedData.PathOf("models", model, "tokenizer.model"));
        using var stories = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("data", "text", "tinystories", "tinystories_800.json")));
        foreach (var story in stories.RootElement.EnumerateArray().Take(200))
        {
            // The SentencePiece model drops runs of spaces and those at the ends, tokenizer.json keeps them.
            var text = string.Join(' ', story.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim();
            json.Encode(text, addSpecialTokens: true).ShouldBe(sentencePiece.Encode(text, addSpecialTokens: true));
        }
    }

    [SharedDataFact]
    public void Both_forms_of_the_gpt2_tokenizer_agree_on_wikipedia_and_give_the_text_back()
    {
        var pair = TokenizerLoader.Load(SharedData.PathOf("golden", "tokenizers", "gpt2"));
        var json = TokenizerLoader.LoadTokenizerJson(SharedData.PathOf("models", "tokenizers", "gpt2", "tokenizer.json"));
        var text = File.ReadAllText(SharedData.PathOf("data", "text", "wikitext-2", "valid.txt"));
        var ids = pair.Encode(text);
        json.Encode(text).ShouldBe(ids);
        pair.Decode(ids).ShouldBe(text);
        (pair.EosId, pair.VocabularySize).ShouldBe((50256, 50257));
    }

    [SharedDataFact]
    public void The_strings_that_tokenizer_json_must_encode_as_the_pair_of_files_does()
    {
        var json = TokenizerLoader.LoadTokenizerJson(SharedData.PathOf("models", "tokenizers", "gpt2", "tokenizer.json"));
        foreach (var line in File.ReadLines(SharedData.PathOf("golden", "tokenizers", "gpt2", "strings.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            json.Encode(row.RootElement.GetProperty("text").GetString()!).ShouldBe(Numbers(row.RootElement.GetProperty("ids")));
        }
    }

    [SharedDataTheory]
    [InlineData("qwen2.5", "<|im_end|>", "<|endoftext|>")]
    [InlineData("olmo-1b", "<|endoftext|>", "<|padding|>")]
    public void Other_byte_level_families_give_text_back_and_know_their_tokens(string name, string eos, string pad)
    {
        var tokenizer = TokenizerLoader.Load(SharedData.PathOf("models", "tokenizers", name));
        (tokenizer.TokenOf(tokenizer.EosId!.Value), tokenizer.TokenOf(tokenizer.PadId!.Value)).ShouldBe((eos, pad));
        var text = File.ReadAllText(SharedData.PathOf("data", "text", "wikitext-2", "test.txt"));
        tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
    }

    [SharedDataFact]
    public void A_tiktoken_file_is_no_sentencepiece_model() =>
        Should.Throw<Tributary.Numerics.InputException>(() => TokenizerLoader.LoadLlama(SharedData.PathOf("models", "tokenizers", "llama3", "tokenizer.model")))
            .Message.ShouldContain("no SentencePiece model");

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetInt32())];
}
