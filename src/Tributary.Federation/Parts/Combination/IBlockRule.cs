namespace Tributary.Federation.Parts.Combination;

/// <summary>Joins the senders' values of one stretch of one tensor. Reused from stretch to stretch; senders come in client-id order.</summary>
public interface IBlockRule
{
    /// <summary>How many values one stretch may have, so that memory does not grow with senders.</summary>
    int BlockLength(int senders);

    /// <summary>Begins a stretch of <paramref name="length"/> values.</summary>
    void Begin(int length);

    /// <summary>Takes in one sender's values.</summary>
    void Add(ReadOnlySpan<float> values, double weight);

    /// <summary>Writes the joined values. Rules without weights ignore the divisor.</summary>
    void Finish(double divisor, Span<float> result);
}
