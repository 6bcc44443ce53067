using Tributary.Learning.Tokenizers.Encodings;

namespace Tributary.Learning.Tokenizers;

/// <summary>Text to token ids and back. Instances are immutable and may be used by many threads.</summary>
public interface ITokenizer
{
    /// <summary>Largest token id plus one: the rows an embedding needs.</summary>
    int VocabularySize { get; }

    /// <summary>The tokens with a role.</summary>
    SpecialTokens Roles { get; }

    /// <summary>What the tokenizer puts around one text and around a pair of texts.</summary>
    TextFrame Frame { get; }

    /// <summary>Truncation and padding that the tokenizer's file asks for.</summary>
    EncodingDefaults Defaults => EncodingDefaults.None;

    /// <summary>SHA-256 (lower-case hex) over the tokenizer's files and settings: equal hashes encode equally.</summary>
    string Hash { get; }

    /// <summary>Id of the token that begins a text.</summary>
    int? BosId => Roles.Bos;

    /// <summary>Id of the token that ends a text.</summary>
    int? EosId => Roles.Eos;

    /// <summary>Id of the padding token.</summary>
    int? PadId => Roles.Pad;

    /// <summary>Id of the token for what the vocabulary cannot express.</summary>
    int? UnkId => Roles.Unk;

    /// <summary>The tokens of a text, nothing put around them. Special tokens written in the text are recognised; lone surrogates count as U+FFFD.</summary>
    EncodedToken[] Tokenize(string text);

    /// <summary>Token ids of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">Adds what the tokenizer puts around one text, such as the beginning token.</param>
    int[] Encode(string text, bool addSpecialTokens = false)
    {
        var tokens = Tokenize(text);
        var (before, after) = addSpecialTokens ? Frame.AroundOne : ([], []);
        return [.. before, .. tokens.Select(token => token.Id), .. after];
    }

    /// <summary>Text of token ids; ids without a token (padding rows of an embedding) add nothing.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Leaves special tokens out of the text.</param>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false);

    /// <summary>The written form of a token.</summary>
    /// <exception cref="Tributary.Numerics.InputException">No token has this id.</exception>
    string TokenOf(int id);

    /// <summary>The id of a written form, or null.</summary>
    int? IdOf(string token);
}
