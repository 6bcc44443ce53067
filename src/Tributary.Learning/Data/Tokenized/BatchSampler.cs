using Tributary.Numerics.Random;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>Where a stream of batches stands: the epoch, and the samples of it that were used. Part of a client's state.</summary>
public readonly record struct StreamPosition(int Epoch, int Index);

/// <summary>
/// Endless batches over a data set: every epoch visits each sample once, in an order that its stream's child of that number gives; the last batch may be smaller.
/// </summary>
public sealed class BatchSampler
{
    private readonly int _batchSize;
    private readonly PhiloxStream _stream;
    private readonly int[] _order;
    private int _orderEpoch = -1;

    /// <summary>Samples 0 … <paramref name="count"/> − 1; equal arguments give equal batches.</summary>
    public BatchSampler(int count, int batchSize, PhiloxStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _order = new int[count];
        _batchSize = batchSize;
        _stream = stream;
    }

    /// <summary>Where the next batch begins; set it to continue a saved stream.</summary>
    public StreamPosition Position { get; set; }

    /// <summary>Number of batches that visit every sample once.</summary>
    public int BatchesPerEpoch => (int)((_order.Length + (long)_batchSize - 1) / _batchSize);

    /// <summary>Sample numbers of the next batch; valid until the next call.</summary>
    public ReadOnlySpan<int> Next()
    {
        if (Position.Index >= _order.Length)
        {
            Position = new StreamPosition(Position.Epoch + 1, 0);
        }

        if (_orderEpoch != Position.Epoch)
        {
            for (var i = 0; i < _order.Length; i++)
            {
                _order[i] = i;
            }

            _stream.Child(Position.Epoch).Sequence().Shuffle<int>(_order);
            _orderEpoch = Position.Epoch;
        }

        var batch = _order.AsSpan(Position.Index, Math.Min(_batchSize, _order.Length - Position.Index));
        Position = Position with { Index = Position.Index + batch.Length };
        return batch;
    }
}
