using System.Text;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>LLaMA's way: special tokens as they are written, a space before one where the older treatment put it.</summary>
internal sealed class LlamaDecoder(SentencePieceProcessor processor, StretchRules rules, Vocabulary vocabulary, IReadOnlySet<int> special, IReadOnlySet<int> plainAdded) : ISentencePieceDecoder
{
    private const char Space = '\u2581';

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids) => string.Concat(
        StretchSplitter.Split(ids, plainAdded.Contains).Select(part => part.Alone is { } token ? vocabulary.RequireToken(token) : Stretch(part.Run)));

    private string Stretch(List<int> ids)
    {
        var text = new StringBuilder();
        var pieces = new List<string>();
        var afterSpecial = false;
        for (var i = 0; i < ids.Count; i++)
        {
            var token = vocabulary.RequireToken(ids[i]);
            if (special.Contains(ids[i]))
            {
                text.Append(!afterSpecial && i != 0 && rules.Legacy ? " " : string.Empty).Append(processor.Decode(pieces)).Append(token);
                pieces.Clear();
                afterSpecial = true;
                continue;
            }

            if (afterSpecial && i == 1 && rules.AddPrefixSpace && !token.StartsWith(Space))
            {
                text.Append(' ');
            }

            pieces.Add(i == 0 && token.StartsWith(Space) && rules.AddPrefixSpace ? token[1..] : token);
            afterSpecial = false;
        }

        return text.Append(processor.Decode(pieces)).ToString();
    }
}
