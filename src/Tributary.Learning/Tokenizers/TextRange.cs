namespace Tributary.Learning.Tokenizers;

/// <summary>A stretch of a text, in UTF-16 units as .NET counts them.</summary>
/// <param name="Start">First unit.</param>
/// <param name="End">The unit after the last.</param>
public readonly record struct TextRange(int Start, int End)
{
    /// <summary>Number of units.</summary>
    public int Length => End - Start;
}
