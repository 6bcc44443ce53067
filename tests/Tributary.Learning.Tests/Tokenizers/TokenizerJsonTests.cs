using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Tokenizers;

public sealed class TokenizerJsonTests : IDisposable
{
    private const string LlamaStages = """
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
        "pre_tokenizer": null,
        "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}], "special_tokens": {"<s>": {"ids": [1]}}},
        "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        """;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Llama_stages_encode_frame_and_decode()
    {
        var tokenizer = Load(Vocabulary("<unk>", "<s>", "▁", "a", "b", "▁a", "ab"), """["▁ a", "a b"]""");
        tokenizer.Encode("a ab", addSpecialTokens: true).ShouldBe([1, 5, 5, 4]);
        tokenizer.Decode([5, 5, 4]).ShouldBe("a ab");
        tokenizer.Encode("zz").ShouldBe([2, 0]);
        tokenizer.Encode("a<s>b").ShouldBe([5, 1, 2, 4]);
        tokenizer.Decode([1, 5], skipSpecialTokens: true).ShouldBe("a");
    }

    [Fact]
    public void Unknown_characters_fall_back_to_bytes_and_come_back()
    {
        var bytes = Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>");
        var tokenizer = Load(Vocabulary(["<unk>", "<s>", "▁", .. bytes]), "[]", """ "byte_fallback": true, """);
        var ids = tokenizer.Encode("é😀");
        ids.ShouldBe([2, 3 + 0xC3, 3 + 0xA9, 3 + 0xF0, 3 + 0x9F, 3 + 0x98, 3 + 0x80]);
        tokenizer.Decode(ids).ShouldBe("é😀");
        tokenizer.Decode(ids.AsSpan()[..^1]).ShouldBe(new string('\uFFFD', 5));
    }

    [Fact]
    public void Metaspace_marks_the_beginning_and_cuts_before_words()
    {
        var file = folder.Write("tokenizer.json", """
            {"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}, "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"},
             "added_tokens": [{"id": 4, "content": "|", "special": true}],
             "model": {"type": "BPE", "vocab": {"▁": 0, "a": 1, "▁a": 2, "a▁": 3}, "merges": [["a", "▁"], ["▁", "a"]]}}
            """);
        var tokenizer = TokenizerLoader.LoadTokenizerJson(file);
        tokenizer.Encode("a a|a").ShouldBe([2, 2, 4, 1]);
        tokenizer.Decode([2, 2]).ShouldBe("a a");
    }

    [Fact]
    public void Added_tokens_take_the_longest_and_eat_white_space_as_told()
    {
        var added = """
            [{"id": 300, "content": "<a>", "special": true}, {"id": 301, "content": "<a>b", "special": false}, {"id": 302, "content": "<m>", "lstrip": true, "rstrip": true},
             {"id": 303, "content": "dog", "single_word": true}]
            """;
        var tokenizer = TokenizerLoader.LoadTokenizerJson(folder.Write("t.json", new TinyBpe().TokenizerJson(addedTokens: added)));
        tokenizer.Encode("<a>b<a>").ShouldBe([301, 300]);
        tokenizer.Encode("x  <m> \ny").ShouldBe(['x', 302, 'y']);
        tokenizer.Encode("dog").ShouldBe([303]);
        tokenizer.Encode("dogs").ShouldNotContain(303);
        tokenizer.Encode("<<a>").ShouldBe(['<', 300]);
    }

    [Theory]
    [InlineData("normalizer", "Nmt")]
    [InlineData("pre_tokenizer", "UnicodeScripts")]
    [InlineData("post_processor", "Magic")]
    [InlineData("decoder", "CTC")]
    public void An_unknown_component_is_refused_by_name(string section, string type)
    {
        var file = folder.Write("tokenizer.json", $$"""{"{{section}}": {"type": "{{type}}"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []} }""");
        var error = Should.Throw<InputException>(() => TokenizerLoader.LoadTokenizerJson(file));
        error.Message.ShouldContain(section);
        error.Message.ShouldContain($"'{type}' is not supported");
    }

    [Theory]
    [InlineData("{\n\"model\":\n{,}}", "line 3")]
    [InlineData("", "line 1")]
    [InlineData("[]", "'model' is missing")]
    [InlineData("""{"model": {"type": "Magic"}}""", "'Magic' is not supported; BPE, WordPiece, WordLevel and Unigram are")]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"a": 0}}}""", "'unk_token' is missing")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "u"}}""", "unknown token 'u'")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", 0.5, 1]], "unk_id": 0}}""", "a token and its score")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", 1e999]], "unk_id": 0}}""", "a token and its score")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", 0]], "unk_id": 1}}""", "not one of the 1 tokens")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "Replace", "pattern": {"Regex": "("}, "content": ""}}""", "normalizer.pattern.Regex: the regular expression cannot be used")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "Replace", "pattern": {"String": ""}, "content": ""}}""", "the pattern is empty")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "%"}}""", "expected base64")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}}""", "character rules")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "Punctuation", "behavior": "Odd"}}""", "'Odd' is not one of Removed")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "post_processor": {"type": "BertProcessing", "cls": ["a", 7], "sep": ["a", 0]}}""", "no token has id 7")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "truncation": {"max_length": 0}}""", "truncation.max_length: expected 1")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "padding": {"strategy": {"Fixed": -1}, "pad_id": 0}}""", "out of range")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "padding": {"strategy": {"Fixed": 2000000000}, "pad_id": 0}}""", "padding.strategy.Fixed: expected 0")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}}}""", "'merges' is missing")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}""", "id -1")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 99999999999}, "merges": []}}""", "id 99999999999")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []}}""", "which token 'a' has already")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0.5}, "merges": []}}""", "whole number")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}}""", "needs the token 'ab'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a"]]}}""", "model.merges[0]")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}}""", "dropout")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "u"}}""", "unknown token 'u'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "added_tokens": [{"id": 1, "content": ""}]}""", "empty")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"\ud800": 0}, "merges": []}}""", "not a text")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "decoder": {"type": "Strip", "content": "", "start": 1, "stop": 0}}""", "one character")]
    public void Broken_files_are_refused_with_the_place(string json, string says)
    {
        var file = folder.Write("tokenizer.json", json);
        var error = Should.Throw<InputException>(() => TokenizerLoader.LoadTokenizerJson(file));
        error.Message.ShouldContain(file);
        error.Message.ShouldContain(says);
        error.Message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("""{"a": 0, "b": 1, "ab": 2}""", "#version: 0.2\na b\na c\n", "line 3")]
    [InlineData("""{"a": 0}""", "a b c\n", "line 1")]
    [InlineData("""{"a": 0}""", "ab\n", "line 1")]
    public void Bad_merges_are_refused_with_the_line(string vocabulary, string merges, string says)
    {
        var (first, second) = (folder.Write("vocab.json", vocabulary), folder.Write("merges.txt", merges));
        Should.Throw<InputException>(() => TokenizerLoader.LoadGpt2(first, second)).Message.ShouldContain($"{second}: {says}");
    }

    [Fact]
    public void A_folder_without_a_tokenizer_says_what_it_should_hold() =>
        Should.Throw<InputException>(() => TokenizerLoader.Load(folder.Root)).Message.ShouldContain("expected tokenizer.json");

    public void Dispose() => folder.Dispose();

    private static string Vocabulary(params IEnumerable<string> tokens) => string.Join(", ", tokens.Select((t, i) => $"\"{t}\": {i}"));

    private ITokenizer Load(string vocabulary, string merges, string options = "") => TokenizerLoader.LoadTokenizerJson(folder.Write("tokenizer.json", $$"""
        {"added_tokens": [{"id": 0, "content": "<unk>", "special": true}, {"id": 1, "content": "<s>", "special": true}], {{LlamaStages}},
         "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, {{options}} "vocab": { {{vocabulary}} }, "merges": {{merges}} } }
        """));
}
