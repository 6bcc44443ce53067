namespace Tributary.Learning.Tokenizers.Matching;

/// <summary>Matches a text as it is written.</summary>
internal sealed class TextMatcher(string pattern) : ITextMatcher
{
    /// <inheritdoc/>
    public void FindAll(ReadOnlySpan<char> text, IMatchSink sink)
    {
        var at = 0;
        while (text[at..].IndexOf(pattern, StringComparison.Ordinal) is >= 0 and var hit)
        {
            sink.Found(at + hit, at + hit + pattern.Length);
            at += hit + pattern.Length;
        }
    }
}
