using System.Text;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>T5's way: sentinels stand between blanks, other special tokens as they are written, no white space at the ends of a stretch.</summary>
internal sealed class T5Decoder(SentencePieceProcessor processor, Vocabulary vocabulary, IReadOnlySet<int> special, IReadOnlySet<int> added) : ISentencePieceDecoder
{
    private const char Space = '\u2581';

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids) => string.Join(' ', Parts(ids));

    private IEnumerable<string> Parts(IReadOnlyList<int> ids)
    {
        foreach (var (alone, run) in StretchSplitter.Split(ids, added.Contains))
        {
            var text = alone is { } token ? vocabulary.RequireToken(token) : Stretch(run);
            if (text.Length > 0)
            {
                yield return text;
            }
        }
    }

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
                text.Append(afterSpecial ? string.Empty : " ").Append(processor.Decode(pieces)).Append(token);
                pieces.Clear();
            }
            else
            {
                pieces.Add(i == 0 && token.StartsWith(Space) ? token[1..] : token);
            }

            afterSpecial = special.Contains(ids[i]);
        }

        return text.Append(processor.Decode(pieces)).ToString().Trim();
    }
}
