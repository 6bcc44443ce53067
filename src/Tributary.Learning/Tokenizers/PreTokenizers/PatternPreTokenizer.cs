using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>Cuts at the matches of a pattern; <paramref name="invert"/> takes what lies between them for the matches.</summary>
internal sealed class PatternPreTokenizer(ITextMatcher pattern, SplitBehavior behavior, bool invert = false) : IPreTokenizer
{
    /// <inheritdoc/>
    public void Split(Piece piece, IPieceSink sink)
    {
        var cutter = new Cutter(piece, behavior, invert, sink);
        pattern.FindAll(piece.Span, cutter);
        cutter.Finish();
    }

    // Holds back one part at a time, until it is known what joins it.
    private sealed class Cutter(Piece piece, SplitBehavior behavior, bool invert, IPieceSink sink) : IMatchSink
    {
        private int done;
        private Part? held;

        public void Found(int start, int end)
        {
            if (start > done)
            {
                Take(new Part(done, start, invert));
            }

            Take(new Part(start, end, !invert));
            done = end;
        }

        public void Finish()
        {
            if (done < piece.Span.Length)
            {
                Take(new Part(done, piece.Span.Length, invert));
            }

            Release();
        }

        private void Take(Part next)
        {
            var joins = held is { } last && behavior switch
            {
                SplitBehavior.Contiguous => last.IsMatch == next.IsMatch,
                SplitBehavior.MergedWithPrevious => next.IsMatch && !last.IsMatch,
                SplitBehavior.MergedWithNext => last.IsMatch && !next.IsMatch,
                _ => false,
            };
            if (joins)
            {
                held = held!.Value with { End = next.End, IsMatch = next.IsMatch };
                return;
            }

            Release();
            held = next;
        }

        private void Release()
        {
            if (held is { } part && part.End > part.Start && !(behavior == SplitBehavior.Removed && part.IsMatch))
            {
                sink.Add(piece.Part(part.Start, part.End));
            }

            held = null;
        }
    }

    private readonly record struct Part(int Start, int End, bool IsMatch);
}
