using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Normalizers;

/// <summary>Replaces every occurrence of a text.</summary>
internal sealed class ReplaceNormalizer(string pattern, string content) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => text.Replace(pattern, content, StringComparison.Ordinal);
}
