using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// Running text for language modelling: all texts of an owner one after another (each with the begin token where the tokenizer puts one), cut into blocks of
/// <paramref name="blockLength"/> tokens. The last position of a block is labelled with the first token of the next, so that every token is learned once.
/// </summary>
public sealed class BlockTokenizer(TextEncoding encoding, int blockLength)
{
    /// <summary>The blocks of one owner's texts; the last one may be shorter.</summary>
    /// <exception cref="InputException">The texts have fewer than two tokens, or an example is not a text.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var stream = new List<int>();
        foreach (var example in examples)
        {
            if (example is not TextExample text)
            {
                throw new InputException($"{source}: blocks need plain text, this is {example.GetType().Name}; set data.format: text");
            }

            if (encoding.Begin is { } begin)
            {
                stream.Add(begin);
            }

            stream.AddRange(encoding.Encode(text.Text));
        }

        var blocks = new List<TokenizedExample>();
        for (var start = 0; start + 1 < stream.Count; start += blockLength)
        {
            blocks.Add(Block(stream, start));
        }

        return blocks.Count > 0
            ? new TokenizedDataset(blocks, default)
            : throw new InputException($"{source}: the text has {stream.Count} tokens, at least 2 are needed");
    }

    private TokenizedExample Block(List<int> stream, int start)
    {
        var ids = new int[Math.Min(blockLength, stream.Count - start)];
        var labels = new int[ids.Length];
        for (var t = 0; t < ids.Length; t++)
        {
            ids[t] = stream[start + t];
            labels[t] = start + t + 1 < stream.Count ? stream[start + t + 1] : TokenRows.Ignore;
        }

        return new TokenizedExample(ids, labels);
    }
}
