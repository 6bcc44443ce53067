using System.Text;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Joins runs of tokens such as <c>&lt;0x0A&gt;</c> to text; a run that is not UTF-8 becomes one U+FFFD per byte.</summary>
internal sealed class ByteFallbackDecoder : ITokenDecoder
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        var run = new List<byte>();
        foreach (var token in tokens)
        {
            if (ByteTokens.Parse(token) is { } value)
            {
                run.Add(value);
                continue;
            }

            Flush(run, result);
            result.Add(token);
        }

        Flush(run, result);
        return result;
    }

    private static void Flush(List<byte> run, List<string> result)
    {
        if (run.Count == 0)
        {
            return;
        }

        try
        {
            result.Add(Strict.GetString([.. run]));
        }
        catch (DecoderFallbackException)
        {
            result.Add(new string('\uFFFD', run.Count));
        }

        run.Clear();
    }
}
