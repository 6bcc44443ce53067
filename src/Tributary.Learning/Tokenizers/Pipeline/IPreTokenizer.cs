namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Second stage: cuts a stretch of text into pieces that the model never joins.</summary>
internal interface IPreTokenizer
{
    /// <summary>Hands the pieces to <paramref name="sink"/> in order.</summary>
    /// <param name="text">The stretch, not empty.</param>
    /// <param name="atStart">True when it begins the whole text.</param>
    /// <param name="sink">Takes the pieces.</param>
    void Split(ReadOnlySpan<char> text, bool atStart, IPieceSink sink);
}

/// <summary>Takes pieces of text.</summary>
internal interface IPieceSink
{
    /// <summary>Takes one piece; the memory is the caller's.</summary>
    void Add(ReadOnlySpan<char> piece);
}
