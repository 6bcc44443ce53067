namespace Tributary.Learning.Tokenizers.Matching;

/// <summary>Finds the stretches of a text that a pattern describes.</summary>
internal interface ITextMatcher
{
    /// <summary>Hands every match to <paramref name="sink"/>, from left to right; they do not overlap, and may be empty.</summary>
    void FindAll(ReadOnlySpan<char> text, IMatchSink sink);
}

/// <summary>Takes matches.</summary>
internal interface IMatchSink
{
    /// <summary>Takes units <paramref name="start"/> … <paramref name="end"/> − 1.</summary>
    void Found(int start, int end);
}
