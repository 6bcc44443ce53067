using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Training;

/// <summary>What a vocabulary is trained to be.</summary>
/// <param name="Size">Tokens at most, special ones and the alphabet included.</param>
/// <param name="SpecialTokens">The tokens with the lowest ids, in this order.</param>
/// <param name="LeastCount">Pairs that occur less often are not merged.</param>
public sealed record TrainingSettings(int Size, IReadOnlyList<string> SpecialTokens, long LeastCount = 2)
{
    internal const int MaxSize = 1 << 20;

    /// <summary>Tokens at most, special ones and the alphabet included.</summary>
    public int Size { get; } = Size is > 0 and <= MaxSize ? Size : throw new InputException($"a vocabulary of {Size} tokens cannot be trained; the size lies in 1 … {MaxSize}");
}
