using System.Text;
using Tributary.Learning.Data.Templates;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// Tokens of a sample made of spans. The text is encoded whole, as generation will see it; a token belongs to a learned span when it is not wholly inside what
/// stands before, so a token across the border is learned with the response.
/// </summary>
internal static class SpanTokenizer
{
    public static SampleSequence Encode(IReadOnlyList<TextSpan> spans, TextEncoding encoding, bool trainOnPrompt)
    {
        var text = new StringBuilder();
        var borders = new List<(IReadOnlyList<int> Before, bool Learned)>();
        for (var i = 0; i < spans.Count; i++)
        {
            if (i == 0 || spans[i].Learned != spans[i - 1].Learned)
            {
                borders.Add((text.Length == 0 ? [] : encoding.Encode(text.ToString()), spans[i].Learned));
            }

            text.Append(spans[i].Text);
        }

        var body = encoding.Encode(text.ToString());
        var begin = encoding.Begin is null ? 0 : 1;
        var end = encoding.End is null || spans is not [.., { Learned: true }] ? 0 : 1;
        if (begin + body.Count + end == 0)
        {
            return new SampleSequence([], [], 0, 0);
        }

        var ids = new int[begin + body.Count + end];
        var learned = new bool[ids.Length];
        for (var i = 0; i < body.Count; i++)
        {
            ids[begin + i] = body[i];
        }

        var prompt = ids.Length;
        foreach (var (before, learn) in borders)
        {
            var start = begin + CommonPrefix(before, body);
            learned.AsSpan(start).Fill(learn);
            prompt = learn ? Math.Min(prompt, start) : prompt;
        }

        if (trainOnPrompt)
        {
            learned.AsSpan(begin).Fill(true);
        }

        ids[0] = encoding.Begin ?? ids[0];
        ids[^1] = end == 1 ? encoding.End!.Value : ids[^1];
        return new SampleSequence(ids, learned, begin, prompt);
    }

    private static int CommonPrefix(IReadOnlyList<int> left, IReadOnlyList<int> right)
    {
        var length = 0;
        while (length < left.Count && length < right.Count && left[length] == right[length])
        {
            length++;
        }

        return length;
    }
}
