using System.Text;
using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>The cuts at white space and punctuation that several families share.</summary>
internal static class WordCuts
{
    /// <summary>Cuts at white space, which vanishes.</summary>
    public static IPreTokenizer Spaces { get; } = new PatternPreTokenizer(new CharacterMatcher(Rune.IsWhiteSpace), SplitBehavior.Removed);

    /// <summary>Words and runs of other signs; white space vanishes.</summary>
    public static IPreTokenizer Words { get; } = new PatternPreTokenizer(new WordMatcher(), SplitBehavior.Removed, invert: true);

    /// <summary>BERT's words: white space vanishes, each sign of punctuation is a piece.</summary>
    public static IPreTokenizer Bert { get; } = new SequencePreTokenizer(Spaces, Punctuation(SplitBehavior.Isolated));

    /// <summary>Cuts at punctuation.</summary>
    public static IPreTokenizer Punctuation(SplitBehavior behavior) => new PatternPreTokenizer(new CharacterMatcher(CharacterKinds.IsPunctuation), behavior);

    /// <summary>Cuts at numbers, digit by digit or run by run.</summary>
    public static IPreTokenizer Digits(bool individual) =>
        new PatternPreTokenizer(new CharacterMatcher(CharacterKinds.IsNumber), individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous);
}
