using Tributary.Learning.Tensors;

namespace Tributary.Learning.Models;

/// <summary>Weights drawn from a seed, for architectures without a trained model: normal with deviation 0.02 as GPT-2 begins, gains one, biases zero.</summary>
public sealed class RandomTensors : ITensorSource
{
    private readonly Draw draw;

    /// <summary>Normal weights.</summary>
    public RandomTensors(ulong seed, double deviation = 0.02)
        : this((values, address, first) => InitialValues.Normal(values, seed, address, deviation, first))
    {
    }

    private RandomTensors(Draw draw) => this.draw = draw;

    private delegate void Draw(Span<float> values, ulong address, long first);

    /// <inheritdoc/>
    public IReadOnlyCollection<string>? Names => null;

    /// <summary>Uniform weights of the same deviation, which billions of can be drawn in seconds.</summary>
    public static RandomTensors Uniform(ulong seed, double deviation = 0.02) =>
        new((values, address, first) => InitialValues.Uniform(values, seed, address, deviation, first));

    /// <inheritdoc/>
    public int[]? Shape(string name) => null;

    /// <inheritdoc/>
    public void Read(string name, long start, Span<float> destination)
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
            draw(destination, StableHash.Of(name), start);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
