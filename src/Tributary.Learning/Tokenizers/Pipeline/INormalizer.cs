namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>First stage: rewrites a stretch of text between added tokens.</summary>
internal interface INormalizer
{
    /// <summary>The rewritten text.</summary>
    string Normalize(string text);
}
