namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Last stage: rewrites the list of tokens whose concatenation is the text.</summary>
internal interface ITokenDecoder
{
    /// <summary>The rewritten tokens.</summary>
    List<string> Decode(List<string> tokens);
}
