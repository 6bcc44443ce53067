namespace Tributary.Bench.Attention;

/// <summary>One way to compute y = softmax(q kᵀ / √width) v under a causal mask for one head, all matrices [length, width] row-major. The number is the order of reading.</summary>
public interface IAttentionVariant
{
    /// <summary>Overwrites y.</summary>
    void Attend(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, Span<float> y, int length, int width);
}
