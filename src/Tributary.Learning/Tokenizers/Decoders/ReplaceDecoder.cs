using System.Text;
using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Replaces every match of a pattern within each token.</summary>
internal sealed class ReplaceDecoder(ITextMatcher pattern, string content) : ITokenDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(Replace);

    private string Replace(string token)
    {
        var replacement = new Replacement(token, content);
        pattern.FindAll(token, replacement);
        return replacement.Finish();
    }

    private sealed class Replacement(string token, string content) : IMatchSink
    {
        private StringBuilder? result;
        private int done;

        public void Found(int start, int end)
        {
            (result ??= new StringBuilder(token.Length)).Append(token, done, start - done).Append(content);
            done = end;
        }

        public string Finish() => result?.Append(token, done, token.Length - done).ToString() ?? token;
    }
}
