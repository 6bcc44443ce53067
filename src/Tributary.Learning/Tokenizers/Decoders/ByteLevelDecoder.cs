using System.Text;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Reads the characters of byte-level tokens back as bytes; what is not UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : ITokenDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>(tokens.Sum(t => t.Length));
        foreach (var token in tokens)
        {
            // An added token may hold characters that stand for no byte: it is text as it is.
            if (token.AsSpan().ContainsAnyExcept(ByteCharacters.All))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                continue;
            }

            foreach (var c in token)
            {
                bytes.Add(ByteCharacters.ToByte(c));
            }
        }

        return [Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes))];
    }
}
