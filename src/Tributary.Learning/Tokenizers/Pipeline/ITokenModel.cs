namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Third stage: turns a piece into tokens.</summary>
internal interface ITokenModel
{
    /// <summary>Appends the tokens of one piece, with ranges in units from its beginning.</summary>
    void Encode(ReadOnlySpan<char> piece, List<EncodedToken> tokens);
}
