namespace Tributary.Learning.Tokenizers.Encodings;

/// <summary>What one part of a frame stands for.</summary>
public enum FramePartKind
{
    /// <summary>A special token.</summary>
    Token,

    /// <summary>The tokens of the text, or of the first one of a pair.</summary>
    First,

    /// <summary>The tokens of the second text of a pair.</summary>
    Second,
}

/// <summary>One part of a frame: a special token or the place of a text, with the type id of its tokens.</summary>
public readonly record struct FramePart(FramePartKind Kind, int Id, int TypeId)
{
    /// <summary>A special token.</summary>
    public static FramePart Token(int id, int typeId = 0) => new(FramePartKind.Token, id, typeId);

    /// <summary>The place of the text, or of the first one of a pair.</summary>
    public static FramePart First(int typeId = 0) => new(FramePartKind.First, -1, typeId);

    /// <summary>The place of the second text.</summary>
    public static FramePart Second(int typeId = 1) => new(FramePartKind.Second, -1, typeId);
}

/// <summary>What a tokenizer puts around one text and around a pair of texts.</summary>
public sealed class TextFrame
{
    /// <summary>A frame of parts: <paramref name="single"/> holds the first text once, <paramref name="pair"/> both texts once.</summary>
    public TextFrame(IReadOnlyList<FramePart> single, IReadOnlyList<FramePart> pair)
    {
        (Single, Pair) = (single, pair);
        var text = single.TakeWhile(part => part.Kind == FramePartKind.Token).Count();
        AroundOne = ([.. single.Take(text).Select(part => part.Id)], [.. single.Skip(text + 1).Select(part => part.Id)]);
    }

    /// <summary>Adds nothing; the texts of a pair have types 0 and 1.</summary>
    public static TextFrame None { get; } = new([FramePart.First()], [FramePart.First(), FramePart.Second()]);

    /// <summary>The parts for one text.</summary>
    public IReadOnlyList<FramePart> Single { get; }

    /// <summary>The parts for a pair of texts.</summary>
    public IReadOnlyList<FramePart> Pair { get; }

    /// <summary>The special tokens before and after one text.</summary>
    internal (int[] Before, int[] After) AroundOne { get; }

    /// <summary>These tokens around each text, both of a pair framed alike, with types 0 and 1.</summary>
    internal static TextFrame Around(int[] before, int[] after) => new(
        [.. before.Select(id => FramePart.Token(id)), FramePart.First(), .. after.Select(id => FramePart.Token(id))],
        [
            .. before.Select(id => FramePart.Token(id)), FramePart.First(), .. after.Select(id => FramePart.Token(id)),
            .. before.Select(id => FramePart.Token(id, 1)), FramePart.Second(), .. after.Select(id => FramePart.Token(id, 1)),
        ]);

    /// <summary>BERT: [CLS] A [SEP] and [CLS] A [SEP] B [SEP], the second text and its end of type 1.</summary>
    internal static TextFrame Bert(int cls, int sep) => new(
        [FramePart.Token(cls), FramePart.First(), FramePart.Token(sep)],
        [FramePart.Token(cls), FramePart.First(), FramePart.Token(sep), FramePart.Second(), FramePart.Token(sep, 1)]);

    /// <summary>RoBERTa: &lt;s&gt; A &lt;/s&gt; and &lt;s&gt; A &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;, everything of type 0.</summary>
    internal static TextFrame Roberta(int bos, int eos) => new(
        [FramePart.Token(bos), FramePart.First(), FramePart.Token(eos)],
        [FramePart.Token(bos), FramePart.First(), FramePart.Token(eos), FramePart.Token(eos), FramePart.Second(0), FramePart.Token(eos)]);
}
