using FsCheck.Fluent;
using Tributary.Learning.Tokenizers;

namespace Tributary.Learning.Tests.Tokenizers;

public sealed class ByteLevelBpeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TinyBpe tiny = new();

    [Theory]
    [InlineData("thethethat")]
    [InlineData("catscatscats")]
    [InlineData("000000000")]
    [InlineData("attthhheeeaaatttaten")]
    public void Heap_merges_give_what_repeated_search_gives(string piece) =>
        TokenizerLoader.LoadTokenizerJson(folder.Write("t.json", tiny.TokenizerJson("""{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}""")))
            .Encode(piece).ShouldBe(tiny.NaiveIds(piece));

    [Fact]
    public void Any_pieces_merge_as_repeated_search_would()
    {
        var tokenizer = TokenizerLoader.LoadTokenizerJson(folder.Write("t.json", tiny.TokenizerJson("""{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}""")));
        var piece = Gen.ArrayOf(Gen.Elements('t', 'h', 'e', 'a', ' ', 'c', '0', 'n')).Select(c => new string(c));
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(piece.ToArbitrary(), p => tokenizer.Encode(p).SequenceEqual(tiny.NaiveIds(p))));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("the cat  sat\n\n on\tthe mat ")]
    [InlineData("a\0b")]
    [InlineData("e\u0301 \u00E9 \u0928\u094D")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467 \U00020000")]
    public void Decoding_gives_the_text_back(string text)
    {
        var tokenizer = tiny.Load(folder);
        tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
    }

    [Fact]
    public void A_lone_surrogate_counts_as_the_replacement_character()
    {
        var tokenizer = tiny.Load(folder);
        tokenizer.Encode("a\uD800b").ShouldBe(tokenizer.Encode("a\uFFFDb"));
        tokenizer.Encode("\uDC00").ShouldBe(tokenizer.Encode("\uFFFD"));
    }

    [Fact]
    public void Bytes_that_are_no_character_decode_to_the_replacement_character() =>
        tiny.Load(folder).Decode([0xE2, 0x82, 'a']).ShouldBe("\uFFFDa");

    [Fact]
    public void A_prefix_space_stands_before_every_text_even_an_empty_one()
    {
        var tokenizer = tiny.Load(folder, addPrefixSpace: true);
        tokenizer.Encode(string.Empty).ShouldBe([' ']);
        tokenizer.Encode("the").ShouldBe(tiny.Load(folder).Encode(" the"));
        tokenizer.Encode(" the").ShouldBe(tiny.Load(folder).Encode("  the"));
    }

    [Fact]
    public void Ids_without_a_token_add_nothing_to_a_text() => tiny.Load(folder).Decode(['a', 5000, -1, 'b']).ShouldBe("ab");

    [Fact]
    public void A_long_text_without_a_break_does_not_stall()
    {
        var tokenizer = tiny.Load(folder);
        var text = string.Concat(Enumerable.Repeat("that", 100_000));
        tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
    }

    [Fact]
    public void Many_threads_get_the_same_ids()
    {
        var tokenizer = tiny.Load(folder);
        var texts = Enumerable.Range(0, 500).Select(i => $"the cat {i % 37} ate {i % 11} oats").ToArray();
        var expected = texts.Select(t => tiny.Load(folder).Encode(t)).ToArray();
        var actual = texts.AsParallel().AsOrdered().Select(t => tokenizer.Encode(t)).ToArray();
        actual.ShouldBe(expected);
    }

    [Fact]
    public void The_hash_follows_the_files_and_the_settings()
    {
        var hash = tiny.Load(folder).Hash;
        hash.ShouldMatch("^[0-9a-f]{64}$");
        tiny.Load(folder).Hash.ShouldBe(hash);
        tiny.Load(folder, addPrefixSpace: true).Hash.ShouldNotBe(hash);
        new TinyBpe(299).Load(folder).Hash.ShouldNotBe(hash);
    }

    [Fact]
    public void A_folder_s_small_files_name_the_special_tokens()
    {
        tiny.Load(folder);
        folder.Write("tokenizer_config.json", """
            {"tokenizer_class": "GPT2Tokenizer", "eos_token": {"content": "<end>"}, "added_tokens_decoder": {"300": {"content": "<end>", "special": true}, "301": {"content": "<x>"}}}
            """);
        folder.Write("special_tokens_map.json", """{"eos_token": "a", "pad_token": "!"}""");
        folder.Write("config.json", """{"eos_token_id": 7, "bos_token_id": [5, 6]}""");
        var tokenizer = TokenizerLoader.Load(folder.Root);
        (tokenizer.EosId, tokenizer.PadId, tokenizer.BosId, tokenizer.VocabularySize).ShouldBe((300, '!', 5, 302));
        tokenizer.Encode("a<end><x>").ShouldBe(['a', 300, 301]);
        tokenizer.Decode(['a', 300, 301], skipSpecialTokens: true).ShouldBe("a<x>");
    }

    public void Dispose() => folder.Dispose();
}
