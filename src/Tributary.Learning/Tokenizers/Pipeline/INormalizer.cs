namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>First stage: rewrites a stretch of text between added tokens.</summary>
internal interface INormalizer
{
    /// <summary>The rewritten text; the same instance when nothing changes.</summary>
    AlignedText Normalize(AlignedText text);
}
