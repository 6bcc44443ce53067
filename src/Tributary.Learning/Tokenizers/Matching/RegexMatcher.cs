using System.Text.RegularExpressions;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Matching;

/// <summary>Matches a regular expression over characters, those beyond the basic plane included.</summary>
internal sealed class RegexMatcher(Regex regex, string place, TimeProvider time) : ITextMatcher
{
    // For all matches of a text, each of which the expression limits by itself.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PatiencePerCharacter = TimeSpan.FromMicroseconds(10);

    /// <inheritdoc/>
    /// <exception cref="InputException">Matching takes seconds: the expression runs wild.</exception>
    public void FindAll(ReadOnlySpan<char> text, IMatchSink sink)
    {
        var view = CodePointView.Of(text);
        var lastEnd = -1;
        var (begun, patience) = (time.GetTimestamp(), Patience + (PatiencePerCharacter * text.Length));
        try
        {
            foreach (var match in regex.EnumerateMatches(view is null ? text : view.Text))
            {
                var (start, end) = (match.Index, match.Index + match.Length);
                if (match.Length == 0 && start == lastEnd)
                {
                    continue; // an empty match right after another is none
                }

                if (time.GetElapsedTime(begun) > patience)
                {
                    throw new RegexMatchTimeoutException();
                }

                lastEnd = end;
                sink.Found(view?.PlaceOf(start) ?? start, view?.PlaceOf(end) ?? end);
            }
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new InputException($"{place}: the regular expression takes too long on this text; write it so that no part can match in many ways", error);
        }
    }
}
