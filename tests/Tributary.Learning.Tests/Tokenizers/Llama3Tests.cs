using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Tokenizers;

public sealed class Llama3Tests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [SharedDataFact]
    public void Text_comes_back_and_special_tokens_follow_the_ranks()
    {
        var tokenizer = TokenizerLoader.Load(SharedData.PathOf("models", "tokenizers", "llama3"));
        (tokenizer.VocabularySize, tokenizer.BosId, tokenizer.EosId, tokenizer.IdOf("<|eot_id|>")).ShouldBe((128256, 128000, 128001, 128009));
        (tokenizer.IdOf("<|reserved_special_token_0|>"), tokenizer.IdOf("<|reserved_special_token_4|>"), tokenizer.IdOf("<|reserved_special_token_250|>")).ShouldBe((128002, 128008, 128255));
        tokenizer.Encode("Hello world<|eot_id|>", addSpecialTokens: true).ShouldBe([128000, 9906, 1917, 128009]);
        var text = File.ReadAllText(SharedData.PathOf("data", "text", "wikitext-2", "valid.txt"));
        tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
    }

    [Fact]
    public void Neighbours_merge_by_the_rank_of_what_they_become()
    {
        // a b c ab bc abc: "bc" has the lower rank, so that "abc" is reached through it, and "abcb" is not cut as ab + cb.
        var tokenizer = Load("a", "b", "c", "bc", "ab", "abc", "aa");
        tokenizer.Encode("abc").ShouldBe([5]);
        tokenizer.Encode("abcb").ShouldBe([5, 1]);
        tokenizer.Encode("aaa").ShouldBe([6, 0]);
        tokenizer.Decode(tokenizer.Encode("cab")).ShouldBe("cab");
    }

    [Theory]
    [InlineData("YQ==", "line 1")]
    [InlineData("YQ== 0\nY!== 1", "line 2")]
    [InlineData("YQ== 0\nYg== -1", "line 2")]
    [InlineData("YQ== 0\nYQ== 1", "already has id 0")]
    [InlineData("YQ== 99999999999", "id 99999999999")]
    [InlineData("YQ== 0 1", "line 1")]
    public void Bad_ranks_are_refused_with_the_line(string content, string says) =>
        Should.Throw<InputException>(() => TokenizerLoader.LoadLlama3(folder.Write("tokenizer.model", content))).Message.ShouldContain(says);

    [Fact]
    public void A_token_of_absurd_length_is_refused() => Should.Throw<InputException>(() => Load("a", new string('a', 2000))).Message.ShouldContain("line 2");

    public void Dispose() => folder.Dispose();

    private ITokenizer Load(params string[] tokens) => TokenizerLoader.LoadLlama3(
        folder.Write("tokenizer.model", string.Concat(tokens.Select((t, i) => $"{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(t))} {i}\n"))));
}
