using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Takes up to so many of one character from both ends of each token.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : ITokenDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(Strip);

    private string Strip(string token)
    {
        var (begin, end) = (0, token.Length);
        while (begin < end && begin < start && token[begin] == content)
        {
            begin++;
        }

        while (end > begin && token.Length - end < stop && token[end - 1] == content)
        {
            end--;
        }

        return token[begin..end];
    }
}
