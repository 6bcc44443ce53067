namespace Tributary.Learning.Tokenizers.Encodings;

/// <summary>What a tokenizer's own file asks for; nothing is applied unless a <see cref="TextEncoder"/> is made with it.</summary>
public sealed record EncodingDefaults(Truncation? Truncation, Padding? Padding)
{
    /// <summary>Neither.</summary>
    public static EncodingDefaults None { get; } = new(null, null);
}
