namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Fourth stage: the ids put before and after one text when special tokens are asked for.</summary>
internal sealed record SpecialFrame(int[] Before, int[] After)
{
    /// <summary>Adds nothing.</summary>
    public static SpecialFrame None { get; } = new([], []);
}
