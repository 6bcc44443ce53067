using FsCheck.Fluent;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Tokenizers;

public sealed class SentencePieceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Bpe_merges_by_score_leftmost_first()
    {
        // ids: 3 ▁, 4 a, 5 b, 6 aa, 7 ab, 8 ▁a
        var tokenizer = Plain(TinySentencePiece.Of(TinySentencePiece.Bpe).Piece("▁", -9).Piece("a", -9).Piece("b", -9).Piece("aa", -1).Piece("ab", -2).Piece("▁a", -3));
        tokenizer.Encode("aaa").ShouldBe([3, 6, 4]);
        tokenizer.Encode("aab").ShouldBe([3, 6, 5]);
        tokenizer.Encode("ab a").ShouldBe([3, 7, 8]);
        tokenizer.Decode([3, 7, 8]).ShouldBe("ab a");
        tokenizer.Encode(string.Empty).ShouldBeEmpty();
    }

    [Fact]
    public void Unused_pieces_are_given_out_as_their_halves()
    {
        var tokenizer = Plain(TinySentencePiece.Of(TinySentencePiece.Bpe, addDummyPrefix: false).Piece("a", -9).Piece("b", -9).Piece("ab", -1, TinySentencePiece.Unused).Piece("aba", -2));
        tokenizer.Encode("ab").ShouldBe([3, 4]);
        tokenizer.Encode("aba").ShouldBe([6]);
    }

    [Fact]
    public void User_defined_pieces_are_never_cut_or_merged()
    {
        var tokenizer = Plain(TinySentencePiece.Of(TinySentencePiece.Bpe, addDummyPrefix: false).Piece("a", -9).Piece("<x>", 0, TinySentencePiece.UserDefined).Piece("a<x>", -1).Piece("aa", -1));
        tokenizer.Encode("a<x>aa").ShouldBe([3, 4, 6]);
    }

    [Fact]
    public void Unigram_takes_the_most_probable_path()
    {
        var model = TinySentencePiece.Of(TinySentencePiece.Unigram, addDummyPrefix: false).Piece("a", -2).Piece("b", -2).Piece("ab", -3).Piece("ba", -1).Piece("é", -2);
        var tokenizer = Plain(model);
        tokenizer.Encode("aba").ShouldBe([3, 6]);
        tokenizer.Encode("ab").ShouldBe([5]);
        tokenizer.Encode("aé😀xb").ShouldBe([3, 7, 0, 4]);
        tokenizer.Decode([3, 0, 4]).ShouldBe("a \u2047 b");
    }

    [Theory]
    [InlineData(TinySentencePiece.Bpe)]
    [InlineData(TinySentencePiece.Unigram)]
    public void Bytes_stand_in_for_unknown_characters(int type)
    {
        var tokenizer = Plain(TinySentencePiece.Of(type, byteFallback: true).Piece("▁", -2).Piece("a", -2));
        foreach (var text in (string[])["a\0b", "e\u0301", "😀\n", "a  a ", " "])
        {
            tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
        }

        tokenizer.Encode("\uD800").ShouldBe(tokenizer.Encode("\uFFFD"));
        tokenizer.Decode([3 + 0xE2, 3 + 0x82]).ShouldBe("\uFFFD\uFFFD");
    }

    [Theory]
    [InlineData(TinySentencePiece.Bpe)]
    [InlineData(TinySentencePiece.Unigram)]
    public void With_bytes_any_text_comes_back_and_is_covered(int type)
    {
        var tokenizer = Plain(TinySentencePiece.Of(type, byteFallback: true).Piece("▁", -2).Piece("a", -2).Piece("▁a", -1).Piece("é", -2));
        var character = Gen.Frequency((3, Gen.Elements("a é\n".ToCharArray())), (2, Gen.Choose(1, 0x24FF).Select(c => (char)c)), (1, Gen.Choose(0xE000, 0xFFFD).Select(c => (char)c)));
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.ArrayOf(character).Select(c => new string(c)).ToArbitrary(), text =>
        {
            var tokens = tokenizer.Tokenize(text);
            var covered = tokens.Aggregate(0, (end, token) => token.Range.Start <= end ? Math.Max(end, token.Range.End) : int.MinValue);
            return covered == text.Length && tokenizer.Decode([.. tokens.Select(t => t.Id)]) == text;
        }));
    }

    [SharedDataFact]
    public void T5_has_sentinels_behind_its_pieces_and_ends_a_text()
    {
        var tokenizer = TokenizerLoader.Load(SharedData.PathOf("models", "tokenizers", "t5"));
        (tokenizer.VocabularySize, tokenizer.IdOf("<extra_id_0>"), tokenizer.IdOf("<extra_id_99>")).ShouldBe((32100, 32099, 32000));
        tokenizer.Encode("The <extra_id_0> walks", addSpecialTokens: true).ShouldBe([37, 32099, 10681, 1]);
        tokenizer.Decode([37, 32099, 10681, 1], skipSpecialTokens: true).ShouldBe("The walks");
    }

    [Fact]
    public void Gemma_begins_a_text_and_keeps_what_stands_beside_added_tokens()
    {
        var file = Write(new TinySentencePiece()
            .Message(2, new TinySentencePiece().Number(3, TinySentencePiece.Bpe)).Message(3, new TinySentencePiece().Number(3, 0).Number(4, 0))
            .Piece("<pad>", 0, TinySentencePiece.Control).Piece("<eos>", 0, TinySentencePiece.Control).Piece("<bos>", 0, TinySentencePiece.Control)
            .Piece("<unk>", 0, TinySentencePiece.Unknown).Piece("▁", -9).Piece("a", -9).Piece("▁a", -1));
        var tokenizer = TokenizerLoader.LoadGemma(file);
        tokenizer.Encode("a a<eos> a", addSpecialTokens: true).ShouldBe([2, 5, 6, 1, 6]);
        tokenizer.Decode([2, 5, 6, 1, 6]).ShouldBe("<bos>a a<eos> a");
        (tokenizer.PadId, tokenizer.EosId, tokenizer.BosId, tokenizer.UnkId).ShouldBe((0, 1, 2, 3));
    }

    [Fact]
    public void Extra_spaces_vanish_when_the_model_says_so()
    {
        var tokenizer = Plain(TinySentencePiece.Of(TinySentencePiece.Bpe, removeExtraSpaces: true).Piece("▁", -9).Piece("a", -9));
        tokenizer.Encode("  a   a  ").ShouldBe([3, 4, 3, 4]);
        tokenizer.Encode("   ").ShouldBeEmpty();
    }

    [Fact]
    public void Legacy_puts_a_space_after_special_tokens_and_the_newer_way_does_not()
    {
        var file = Write(TinySentencePiece.Of(TinySentencePiece.Bpe).Piece("▁", -9).Piece("h", -9).Piece("▁h", -1).Piece("<", -9).Piece("u", -9).Piece("n", -9).Piece("k", -9).Piece(">", -9));
        var legacy = TokenizerLoader.LoadLlama(file);
        var newer = TokenizerLoader.LoadLlama(file, legacy: false);
        legacy.Encode("<s>h", addSpecialTokens: true).ShouldBe([1, 1, 5]);
        newer.Encode("<s>h", addSpecialTokens: true).ShouldBe([1, 1, 4]);
        newer.Encode("h").ShouldBe([5]);
        newer.Encode(" h").ShouldBe([3, 5]);
        newer.Decode(newer.Encode(" h")).ShouldBe(" h");
        legacy.Decode([1, 5, 2], skipSpecialTokens: true).ShouldBe("h");
        (legacy.BosId, legacy.EosId, legacy.UnkId, legacy.PadId).ShouldBe((1, 2, 0, null));
        legacy.Hash.ShouldNotBe(newer.Hash);
    }

    [Fact]
    public void A_folder_s_settings_reach_the_llama_tokenizer()
    {
        Write(TinySentencePiece.Of(TinySentencePiece.Bpe).Piece("▁", -9).Piece("h", -9).Piece("▁h", -1), "tokenizer.model");
        folder.Write("tokenizer_config.json", """{"add_bos_token": false, "add_eos_token": true, "pad_token": "<pad>", "added_tokens_decoder": {"6": {"content": "<pad>", "special": true}}}""");
        var tokenizer = TokenizerLoader.Load(folder.Root);
        tokenizer.Encode("h<pad>", addSpecialTokens: true).ShouldBe([5, 6, 2]);
        (tokenizer.PadId, tokenizer.VocabularySize, tokenizer.TokenOf(6), tokenizer.IdOf("<pad>")).ShouldBe((6, 7, "<pad>", 6));
        Should.Throw<InputException>(() => tokenizer.TokenOf(7)).Message.ShouldContain("no token has id 7");
    }

    [Fact]
    public void Every_truncation_is_refused_or_a_smaller_model()
    {
        var whole = TinySentencePiece.Of(TinySentencePiece.Bpe).Piece("▁", -9).Piece("a", -9).Build();
        var refused = 0;
        for (var length = 0; length < whole.Length; length++)
        {
            try
            {
                TokenizerLoader.LoadSentencePiece(folder.Write("cut.model", whole[..length])).Encode("a");
            }
            catch (InputException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(whole.Length / 2);
    }

    [Fact]
    public void Lying_models_are_refused_with_the_place()
    {
        Refused(new TinySentencePiece().Raw(1, [1, 2, 3], claimed: ulong.MaxValue), "bytes announced");
        Refused(new TinySentencePiece().Raw(1, [1, 2, 3], claimed: int.MaxValue), "byte 6");
        Refused(new TinySentencePiece().Number(1, 5), "wire type 0");
        Refused(new TinySentencePiece().Number(0, 5), "number 0");
        Refused(new TinySentencePiece(), "exactly one piece for the unknown");
        Refused(TinySentencePiece.Of(TinySentencePiece.Bpe).Piece("b", 0, TinySentencePiece.Unknown), "exactly one piece for the unknown");
        Refused(TinySentencePiece.Of(TinySentencePiece.Bpe).Piece("a", float.NaN), "not finite");
        Refused(TinySentencePiece.Of(TinySentencePiece.Bpe).Piece("a", 0).Piece("a", 0), "already has id 3");
        Refused(TinySentencePiece.Of(TinySentencePiece.Bpe).Piece(string.Empty, 0), "empty");
        Refused(TinySentencePiece.Of(3).Piece("a", 0), "model type 3");
        Refused(TinySentencePiece.Of(TinySentencePiece.Bpe).Piece("x", 0, TinySentencePiece.Byte), "byte fallback");
        Refused(TinySentencePiece.Of(TinySentencePiece.Bpe).Message(3, new TinySentencePiece().Raw(2, [255, 255, 255, 255, 0])), "character rules");
        Refused(TinySentencePiece.Of(TinySentencePiece.Bpe).Message(3, new TinySentencePiece().Raw(2, [4, 0, 0, 0, 0, 255, 255, 255, 0])), "character rules");
    }

    public void Dispose() => folder.Dispose();

    private void Refused(TinySentencePiece model, string says)
    {
        var file = Write(model);
        Should.Throw<InputException>(() => TokenizerLoader.LoadSentencePiece(file).Encode("abc ab")).Message.ShouldSatisfyAllConditions(m => m.ShouldContain(file), m => m.ShouldContain(says));
    }

    private ITokenizer Plain(TinySentencePiece model) => TokenizerLoader.LoadSentencePiece(Write(model));

    private string Write(TinySentencePiece model, string name = "tiny.model") => folder.Write(name, model.Build());
}
