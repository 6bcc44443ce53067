using FsCheck.Fluent;
using Tributary.Learning.Tokenizers;

namespace Tributary.Learning.Tests.Tokenizers;

/// <summary>What holds for every kind of tokenizer on any text.</summary>
public sealed class AnyTextTests : IDisposable
{
    private const string Words = """ "model": {"type": "WordPiece", "unk_token": "u", "vocab": {"u": 0, "a": 1, "##a": 2, "ab": 3, "b": 4, "##b": 5, "é": 6}} """;
    private const string Pieces = """ "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["▁", -2], ["a", -3], ["▁a", -3.5], ["ab", -4], ["é", -5], ["1", -5]]} """;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Files =>
    [
        new TinyBpe().TokenizerJson(),
        new TinyBpe().TokenizerJson(preTokenizer: """{"type": "ByteLevel", "add_prefix_space": true}""", addedTokens: """[{"id": 300, "content": "<a>", "lstrip": true, "rstrip": true}]"""),
        new TinyBpe().TokenizerJson(preTokenizer: """{"type": "Sequence", "pretokenizers": [{"type": "Punctuation"}, {"type": "ByteLevel"}, {"type": "Digits"}]}"""),
        $$"""{"normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}, {{Words}} }""",
        $$"""{"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Strip"}, {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}]}, "pre_tokenizer": {"type": "Whitespace"}, {{Words}} }""",
        $$"""{"normalizer": {"type": "NFKC"}, "pre_tokenizer": {"type": "Metaspace"}, {{Pieces}} }""",
        $$"""{"normalizer": {"type": "Prepend", "prepend": "▁"}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{L}+"}, "behavior": "MergedWithNext"}, {{Pieces}} }""",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Ranges_lie_in_the_text_and_every_token_decodes(string json)
    {
        var tokenizer = Load(json);
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Text().ToArbitrary(), text =>
        {
            var tokens = tokenizer.Tokenize(text);
            return tokens.All(t => t.Range.Start >= 0 && t.Range.End >= t.Range.Start && t.Range.End <= text.Length)
                && tokenizer.Decode([.. tokens.Select(t => t.Id)]) is not null;
        }));
    }

    [Fact]
    public void Byte_level_ranges_cover_the_text_and_decoding_gives_it_back()
    {
        var tokenizer = Load(new TinyBpe().TokenizerJson());
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Text().ToArbitrary(), text =>
        {
            var tokens = tokenizer.Tokenize(text);
            var covered = 0;
            foreach (var token in tokens)
            {
                covered = token.Range.Start <= covered ? Math.Max(covered, token.Range.End) : int.MinValue;
            }

            return covered == text.Length && tokenizer.Decode([.. tokens.Select(t => t.Id)]) == WellFormed(text);
        }));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_long_word_does_not_stall(string json)
    {
        var tokenizer = Load(json);
        foreach (var text in (string[])[new string('a', 400_000), new string(' ', 400_000), string.Concat(Enumerable.Repeat("é\u0301", 150_000)), new string('<', 400_000)])
        {
            tokenizer.Tokenize(text).Length.ShouldBeLessThanOrEqualTo(4 * text.Length);
        }
    }

    public void Dispose() => folder.Dispose();

    private static string WellFormed(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    // Any UTF-16, lone surrogates among it.
    private static FsCheck.Gen<string> Text() => Gen.ArrayOf(Gen.Frequency(
        (6, Gen.Elements("ab é1<>.,'\n\t\u00A0".ToCharArray())), (3, Gen.Choose(0, 0xFFFF).Select(c => (char)c)), (2, Gen.Choose(0xD800, 0xDFFF).Select(c => (char)c)),
        (2, Gen.Choose(0x300, 0x330).Select(c => (char)c)))).Select(c => new string(c));

    private ITokenizer Load(string json) => TokenizerLoader.LoadTokenizerJson(folder.Write("tokenizer.json", json));
}
