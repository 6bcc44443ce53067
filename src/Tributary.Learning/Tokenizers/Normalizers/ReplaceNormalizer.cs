using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Normalizers;

/// <summary>Replaces every match of a pattern by a text.</summary>
internal sealed class ReplaceNormalizer(ITextMatcher pattern, string content) : INormalizer
{
    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text)
    {
        var replacement = new Replacement(text, content);
        pattern.FindAll(text.Text, replacement);
        return replacement.Finish();
    }

    private sealed class Replacement(AlignedText text, string content) : IMatchSink
    {
        private AlignedTextBuilder? result;
        private int done;

        public void Found(int start, int end)
        {
            result ??= new AlignedTextBuilder(text);
            result.Copy(done, start);
            result.Write(content, start, end);
            done = end;
        }

        public AlignedText Finish()
        {
            result?.Copy(done, text.Length);
            return result?.Build() ?? text;
        }
    }
}
