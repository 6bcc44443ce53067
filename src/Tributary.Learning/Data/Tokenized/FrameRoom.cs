using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>What a tokenizer's frame of special tokens leaves of a length.</summary>
internal static class FrameRoom
{
    /// <summary>Positions for texts.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static int Require(IReadOnlyList<FramePart> frame, int maxLength, string source)
    {
        var special = frame.Count(part => part.Kind == FramePartKind.Token);
        return maxLength > special
            ? maxLength - special
            : throw new InputException($"{source}: training.max_length {maxLength} leaves no room for a text beside the {special} special tokens around it; allow more");
    }
}
