namespace Tributary.Federation.Parts.Combination;

/// <summary>Joins the senders' values of one stretch of one tensor. Reused from stretch to stretch; senders come in client-id order.</summary>
public interface IBlockRule
{
    /// <summary>Another of its kind, for another thread.</summary>
    IBlockRule Fresh();

    /// <summary>How many values one stretch may have, so that memory does not grow with senders.</summary>
    int BlockLength(int senders);

    /// <summary>Begins a stretch of <paramref name="length"/> values.</summary>
    void Begin(int length);

    /// <summary>Takes in one sender's values; <paramref name="held"/> says which of them were sent, empty that all were.</summary>
    void Add(ReadOnlySpan<float> values, ReadOnlySpan<bool> held, double weight);

    /// <summary>Takes in senders who sent everything, their values one after another, in their order.</summary>
    void AddRows(ReadOnlySpan<float> rows, ReadOnlySpan<double> weights)
    {
        var length = rows.Length / weights.Length;
        for (var row = 0; row < weights.Length; row++)
        {
            Add(rows.Slice(row * length, length), [], weights[row]);
        }
    }

    /// <summary>
    /// Writes the joined values, and leaves what nobody sent, or nobody with a weight, as it is. <paramref name="divisor"/> maps the weights of an element's senders, summed,
    /// to what its sum is divided by; rules without weights ignore it.
    /// </summary>
    void Finish(Func<double, double> divisor, Span<float> result);
}
