namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Third stage: turns a piece into token ids.</summary>
internal interface ITokenModel
{
    /// <summary>Appends the ids of one piece.</summary>
    void Encode(ReadOnlySpan<char> piece, List<int> ids);
}
