namespace Tributary.Learning.Tokenizers.Encodings;

/// <summary>Which text of a pair gives way when both are too long together.</summary>
public enum TruncationStrategy
{
    /// <summary>Token by token the longer one; of two equal ones the second.</summary>
    LongestFirst,

    /// <summary>The first.</summary>
    OnlyFirst,

    /// <summary>The second.</summary>
    OnlySecond,
}

/// <summary>The end of a sequence at which something happens.</summary>
public enum SequenceSide
{
    /// <summary>Its beginning.</summary>
    Left,

    /// <summary>Its end.</summary>
    Right,
}

/// <summary>How an encoding is shortened.</summary>
public sealed record Truncation
{
    /// <summary>At most <paramref name="maxLength"/> tokens, special tokens included.</summary>
    public Truncation(int maxLength) => MaxLength = maxLength > 0 ? maxLength : throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, "at least one token");

    /// <summary>The most tokens of an encoding, special tokens included.</summary>
    public int MaxLength { get; }

    /// <summary>Which text of a pair gives way.</summary>
    public TruncationStrategy Strategy { get; init; }

    /// <summary>The end that tokens are taken from.</summary>
    public SequenceSide Side { get; init; } = SequenceSide.Right;

    /// <summary>Tokens that neighbouring windows of a long text have in common.</summary>
    public int Stride { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "the stride is not negative"); }
}
