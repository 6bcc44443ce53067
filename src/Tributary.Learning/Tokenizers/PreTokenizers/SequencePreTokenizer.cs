using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>Two pre-tokenisers in a row: the second cuts the pieces of the first.</summary>
internal sealed class SequencePreTokenizer(IPreTokenizer first, IPreTokenizer second) : IPreTokenizer
{
    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, bool atStart, IPieceSink sink) => first.Split(text, atStart, new Relay(second, atStart, sink));

    private sealed class Relay(IPreTokenizer second, bool atStart, IPieceSink sink) : IPieceSink
    {
        private bool atStart = atStart;

        public void Add(ReadOnlySpan<char> piece)
        {
            second.Split(piece, atStart, sink);
            atStart = false;
        }
    }
}
