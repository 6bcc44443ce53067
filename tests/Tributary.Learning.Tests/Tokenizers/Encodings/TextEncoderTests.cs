using Tributary.Learning.Tokenizers;
using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Tokenizers.Encodings;

public sealed class TextEncoderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(9, "abcde", "vwxyz", "abc", "vwx")] // three of the nine are special
    [InlineData(8, "abcde", "vwxyz", "abc", "vw")]
    [InlineData(9, "ab", "vwxyz", "ab", "vwxy")]
    [InlineData(9, "abcde", "v", "abcde", "v")]
    [InlineData(7, "abcde", "v", "abc", "v")]
    public void Longest_first_shortens_the_longer_text_and_of_equal_ones_the_second(int length, string first, string second, string keptFirst, string keptSecond)
    {
        var encoded = Encoder(new Truncation(length)).Encode(first, second);
        encoded.Ids.ShouldBe(Ids($"[{keptFirst}|{keptSecond}|"));
        encoded.TypeIds.Count(type => type == 1).ShouldBe(keptSecond.Length + 1);
    }

    [Fact]
    public void One_text_of_a_pair_gives_way_alone()
    {
        Encoder(new Truncation(6) { Strategy = TruncationStrategy.OnlyFirst }).Encode("abcde", "vw").Ids.ShouldBe(Ids("[a|vw|"));
        Encoder(new Truncation(8) { Strategy = TruncationStrategy.OnlySecond, Side = SequenceSide.Left }).Encode("abc", "vwxyz").Ids.ShouldBe(Ids("[abc|yz|"));
        Should.Throw<InputException>(() => Encoder(new Truncation(5) { Strategy = TruncationStrategy.OnlyFirst }).Encode("abcde", "vw")).Message.ShouldContain("no room");
    }

    [Fact]
    public void Windows_cover_a_long_text_with_a_stride()
    {
        var encoder = Encoder(new Truncation(5) { Stride = 1 });
        encoder.Windows("abcdefg").Select(w => w.Ids).ShouldBe([Ids("[abc|"), Ids("[cde|"), Ids("[efg|")]);
        encoder.Windows("abcdefg").Select(w => w.Offsets[1].Start).ShouldBe([0, 2, 4]);
        Encoder(new Truncation(5) { Stride = 1, Side = SequenceSide.Left }).Windows("abcdef").Select(w => w.Ids).ShouldBe([Ids("[def|"), Ids("[bcd|"), Ids("[ab|")]);
        encoder.Windows("ab").Single().Ids.ShouldBe(Ids("[ab|"));
        Should.Throw<InputException>(() => Encoder(new Truncation(5) { Stride = 3 }).Encode("abcdefg")).Message.ShouldContain("stride");
        Encoder(new Truncation(6) { Strategy = TruncationStrategy.OnlySecond }).Windows("a", "vwxyz").Select(w => w.Ids).ShouldBe([Ids("[a|vw|"), Ids("[a|xy|"), Ids("[a|z|")]);
    }

    [Fact]
    public void A_batch_is_padded_to_its_longest_or_to_a_length()
    {
        var batch = Encoder(null, new Padding(0, TypeId: 3)).EncodeBatch([("a", null), ("abc", null)]);
        batch.Select(e => e.Ids).ShouldBe([[.. Ids("[a|"), 0, 0], Ids("[abc|")]);
        batch[0].AttentionMask.ShouldBe([1, 1, 1, 0, 0]);
        batch[0].TypeIds.ShouldBe([0, 0, 0, 3, 3]);
        batch[0].SpecialTokensMask.ShouldBe([1, 0, 1, 1, 1]);
        Encoder(null, new Padding(0, Length: 5, Side: SequenceSide.Left)).Encode("a").Ids.ShouldBe([0, 0, .. Ids("[a|")]);
        Encoder(null, new Padding(0, Multiple: 4)).EncodeBatch([("ab", null), ("abc", null)]).Select(e => e.Length).ShouldBe([8, 8]);
        Encoder(null, new Padding(0, Length: 2)).Encode("abc").Ids.ShouldBe(Ids("[abc|"));
    }

    [Fact]
    public void Without_special_tokens_the_texts_stand_alone() => new TextEncoder(Letters(), addSpecialTokens: false).Encode("ab", "c").Ids.ShouldBe(Ids("abc"));

    [Fact]
    public void A_file_s_own_wishes_are_known_and_not_applied_by_themselves()
    {
        var tokenizer = Letters("""
            "truncation": {"max_length": 4, "strategy": "OnlySecond", "stride": 1, "direction": "Left"}, "padding": {"strategy": "BatchLongest", "direction": "Left", "pad_id": 0, "pad_type_id": 2, "pad_to_multiple_of": 8},
            """);
        tokenizer.Encode("abcdef").Length.ShouldBe(6);
        tokenizer.Defaults.Truncation.ShouldBe(new Truncation(4) { Strategy = TruncationStrategy.OnlySecond, Stride = 1, Side = SequenceSide.Left });
        tokenizer.Defaults.Padding.ShouldBe(new Padding(0, 2, null, 8, SequenceSide.Left));
    }

    [Fact]
    public void Padding_needs_a_token_for_it() => Should.Throw<InputException>(() => Padding.Of(Letters())).Message.ShouldContain("pad_token");

    public void Dispose() => folder.Dispose();

    private static int[] Ids(string text) => [.. text.Select(c => c == '[' ? 1 : c == '|' ? 2 : c - 'a' + 3)];

    private TextEncoder Encoder(Truncation? truncation, Padding? padding = null) => new(Letters(), truncation, padding);

    private ITokenizer Letters(string sections = "") => TokenizerLoader.LoadTokenizerJson(folder.Write("tokenizer.json", $$"""
        { {{sections}} "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated"},
         "post_processor": {"type": "BertProcessing", "cls": ["[", 1], "sep": ["|", 2]},
         "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "[": 1, "|": 2, {{string.Join(", ", Enumerable.Range(0, 26).Select(i => $"\"{(char)('a' + i)}\": {i + 3}"))}}} } }
        """));
}
