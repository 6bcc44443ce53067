using Tributary.Learning.Tensors;

namespace Tributary.Learning.Models;

/// <summary>Weights drawn from a seed, for architectures without a trained model: normal with deviation 0.02 as GPT-2 begins, gains one, biases zero.</summary>
public sealed class RandomTensors(ulong seed, double deviation = 0.02) : ITensorSource
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string>? Names => null;

    /// <inheritdoc/>
    public int[]? Shape(string name) => null;

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination)
    {
        if (name.EndsWith(".bias", StringComparison.Ordinal))
        {
            destination.Clear();
        }
        else if (name.Contains("norm", StringComparison.OrdinalIgnoreCase) || name.Contains(".ln_", StringComparison.Ordinal))
        {
            destination.Fill(1);
        }
        else
        {
            InitialValues.Normal(destination, seed, StableHash.Of(name), deviation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
