using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>Two pre-tokenisers in a row: the second cuts the pieces of the first.</summary>
internal sealed class SequencePreTokenizer(IPreTokenizer first, IPreTokenizer second) : IPreTokenizer
{
    /// <inheritdoc/>
    public void Split(Piece piece, IPieceSink sink) => first.Split(piece, new Relay(second, sink));

    private sealed class Relay(IPreTokenizer second, IPieceSink sink) : IPieceSink
    {
        public void Add(Piece piece) => second.Split(piece, sink);
    }
}
