using System.Text.RegularExpressions;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Matching;

/// <summary>The regular expressions that published tokenizers cut words with, compiled at build time, and any other.</summary>
internal static partial class SplitPattern
{
    /// <summary>GPT-2's.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>That of Llama 3, equal to OpenAI's cl100k_base: digits in threes.</summary>
    public const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>That of Qwen 2: as Llama 3's, with single digits.</summary>
    public const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const int MaxMilliseconds = 1000; // for one match, which takes microseconds
    private const int MaxLength = 10_000;

    /// <summary>A matcher of a pattern; <paramref name="place"/> is where it stands.</summary>
    /// <exception cref="InputException">It is no regular expression, or uses what is not supported.</exception>
    public static ITextMatcher Of(string pattern, string place) => pattern switch
    {
        Gpt2 => new RegexMatcher(Gpt2Regex(), place, TimeProvider.System),
        Llama3 => new RegexMatcher(Llama3Regex(), place, TimeProvider.System),
        Qwen2 => new RegexMatcher(Qwen2Regex(), place, TimeProvider.System),
        _ => new RegexMatcher(Compile(pattern, place), place, TimeProvider.System),
    };

    private static Regex Compile(string pattern, string place)
    {
        if (pattern.Length > MaxLength)
        {
            throw new InputException($"{place}: a regular expression of {pattern.Length} characters; at most {MaxLength} are allowed");
        }

        try
        {
            // Lines end a match of ^ and $ there, and culture plays no part.
            return new Regex(new RegexDialect(pattern, place).Translate(), RegexOptions.CultureInvariant | RegexOptions.Multiline, TimeSpan.FromMilliseconds(MaxMilliseconds));
        }
        catch (ArgumentException error)
        {
            throw new InputException($"{place}: the regular expression cannot be used: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    [GeneratedRegex(Gpt2, RegexOptions.CultureInvariant, MaxMilliseconds)]
    private static partial Regex Gpt2Regex();

    [GeneratedRegex(Llama3, RegexOptions.CultureInvariant, MaxMilliseconds)]
    private static partial Regex Llama3Regex();

    [GeneratedRegex(Qwen2, RegexOptions.CultureInvariant, MaxMilliseconds)]
    private static partial Regex Qwen2Regex();
}
